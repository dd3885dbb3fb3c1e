#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/time.h"
#include "agent/core/settings.h"

namespace cmagent::core {

// How long CM keeps the sessions of an application between two heartbeats, as far as it was seen:
// `Expires − Date` says more where a proxy rewrites `Date` (contract.md, "Heartbeats"; hazards.md 35).
class Patience {
  public:
    // Proxies go again, and CM may have forgotten a session for another reason.
    static constexpr Millis kBelieved = Millis{24} * 60 * kMinute;
    // The first guess has to be right: a silent re-start is not allowed twice. So it is half of what
    // was too long, and half of the lease that CM's documents know.
    static constexpr Millis kLongestGuess = 30 * kSecond;
    // No shorter life is learnt: something else ends such sessions.
    static constexpr Millis kShortestLife = 5 * kSecond;

    struct Entry {
        Millis life = 0;   // of a lease, at the most; 0: nothing was learnt
        Time learnt_at{};  // by the clock of this boot, before which it may be
        Millis known = 0;  // the longest interval after which CM still knew a session, in this run

        [[nodiscard]] bool holds(Time now) const {
            return life != 0 && now - learnt_at < kBelieved;
        }
    };

    // CM knew a session that long after it had granted it something.
    void knew(std::uint8_t application, Millis interval);
    // CM did not, although the life that was reckoned with was not over. False: nothing is learnt
    // from it.
    [[nodiscard]] bool forgot(std::uint8_t application, Millis interval, Time now);
    // The life to reckon with where CM's fields say `told` (0 or less: nothing).
    [[nodiscard]] Millis life(std::uint8_t application, Millis told, Time now) const;

    [[nodiscard]] const Entry& operator[](std::size_t application) const {
        return entries_[application];
    }
    void restore(std::uint8_t application, Millis life, Time learnt_at);

  private:
    Entry entries_[kMaxApplications] = {};
};

}  // namespace cmagent::core
