#pragma once
#include <cstdint>

#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/request.h"

namespace cmagent::core {

// Whether CM has answered the last call; unknown before the first.
enum class Reach : std::uint8_t { unknown, yes, no };

// Whether CM has answered last, and until when an outage lets starts in without it (contract.md,
// "Credit"). The credit is the box's: an outage has one, however many starts share it.
class Credit {
  public:
    // What came of a call to CM. An outage begins with the first failure, whatever its kind, and is
    // over with CM's word; once it has let a start in, with CM's word on a start alone.
    void note(cm::Call asked, cm::Meaning meaning, Time now);
    // Of a failure of the agent's own question no outage begins: who watches later has his credit.
    void note_reach(cm::Meaning meaning, Time now);
    // CM has taken a start.
    void renew() { outage_ = lent_ = false; }
    // A start is let in.
    void lend() { lent_ = true; }
    // An outage that a run before has seen begin.
    void restore(Time began, bool lent) {
        outage_ = true;
        lent_ = lent;
        began_ = began;
    }

    // By the last call of any kind, whatever kept CM's answer away.
    [[nodiscard]] Reach reach() const { return reach_; }
    [[nodiscard]] bool reachable() const { return reach_ != Reach::no; }
    // Since when it is so; of what is unknown nothing.
    [[nodiscard]] Time reach_since() const { return reach_since_; }
    [[nodiscard]] bool outage() const { return outage_; }
    [[nodiscard]] bool lent() const { return lent_; }
    // Of an outage: by the clock of this boot, before which it may be.
    [[nodiscard]] Time began() const { return began_; }
    // When what CM has not confirmed must be over, by a credit of that length; may be past.
    [[nodiscard]] Time ends(Millis grace, Time now) const;

  private:
    Reach reach_ = Reach::unknown;
    bool outage_ = false;
    bool lent_ = false;
    Time began_{};
    Time reach_since_{};
};

}  // namespace cmagent::core
