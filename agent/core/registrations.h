#pragma once
#include <cstdint>

#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/request.h"
#include "agent/core/exchange_id.h"
#include "agent/core/random.h"
#include "agent/core/settings.h"

namespace cmagent::core {

struct Ledgers;

// Whether CM knows an application by its id.
enum class Registration : std::uint8_t { unknown, known, refused };
[[nodiscard]] std::string_view name(Registration registration);

// Asks CM for the metadata of each application after the start, one after the other: a wrong id is
// found by who sets up the box, and not by its first viewer (contract.md, "Applications at CM").
class Registrations {
  public:
    // Nothing before: a daemon that a supervisor starts again and again asks nothing.
    static constexpr Millis kSettling = 5 * kSecond;
    static constexpr Millis kBetween = kSecond;
    // While CM does not answer, or throttles; with half of it as jitter. A viewer's call finds out
    // sooner.
    static constexpr Millis kFirstPause = 60 * kSecond;
    static constexpr Millis kLongestPause = 30 * kMinute;
    // Those that CM does not take are asked for again: somebody may mend it.
    static constexpr Millis kAgain = 60 * kMinute;

    // After a reboot behind the herd of starts, like what is given back then.
    void begin(bool rebooted, Random& random, Time now);
    [[nodiscard]] Registration operator[](std::size_t application) const {
        return of_[application];
    }

    [[nodiscard]] Time deadline() const { return due_; }
    // The deadline has come.
    void ask(Ledgers& ledgers);
    // The exchange is the question under way, for this application.
    [[nodiscard]] bool awaits(ExchangeId exchange) const {
        return exchange_ != 0 && exchange_ == exchange;
    }
    [[nodiscard]] std::uint8_t asked_for() const { return asked_for_; }
    [[nodiscard]] bool describe(ExchangeId exchange, const Settings& settings,
                                cm::Request& into) const;
    void answered(const cm::Answer& answer, Ledgers& ledgers);
    // What came of a call of any kind. That CM refuses a start may be for its household (401, 403).
    void note(cm::Call asked, std::uint8_t application, cm::Meaning meaning);

  private:
    [[nodiscard]] std::size_t next(const Settings& settings) const;
    void go_on(const Settings& settings, Time now);

    Timer due_;
    Millis pause_ = 0;
    ExchangeId exchange_ = 0;  // under way; 0: none
    std::uint8_t asked_for_ = 0;
    std::uint8_t heard_ = 0;  // a bit for each application that CM has answered in this round
    Registration of_[kMaxApplications] = {};
};

}  // namespace cmagent::core
