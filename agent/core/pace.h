#pragma once
#include <cstdint>

#include "agent/base/time.h"
#include "agent/core/random.h"

namespace cmagent::core {

// When a session speaks to CM: heartbeat phase, length of an attempt, back-off, cool-down. Small
// and without any knowledge of sessions, so that a simulation of a million boxes uses the very same
// decisions. All constants are contract.md, "Heartbeats", and cm-api.md, "429", unless another
// reason is given.
class Pace {
  public:
    static constexpr Millis kShortestLife = 1 * kSecond;
    static constexpr Millis kLongestLife = 15 * kMinute;
    static constexpr Millis kDefaultLife = 60 * kSecond;
    // A session that CM has counted is forgotten there at the latest after this, if nothing else is
    // known (cm-api.md, "Pace": active for 90 s after its last event).
    static constexpr Millis kForgottenAfter = 90 * kSecond;
    static constexpr Millis kShortestAttempt = 1 * kSecond;
    static constexpr Millis kStartupSpread = 10 * kSecond;
    // What is left at CM from before a reboot is in no viewer's way: the box knows its own session
    // in a conflict (hazards.md 26). So it is ended behind the herd of starts.
    static constexpr Millis kGiveBackSpread = 60 * kSecond;

    // The first pause is long enough that a million boxes which CM has just refused do not ask for
    // more than it can take (tests/simulation/herd), the last short enough that a box is back
    // within half a minute of CM's return.
    static constexpr Millis kFirstBackoff = 16 * kSecond;
    static constexpr Millis kLongestBackoff = 30 * kSecond;
    // Towards the end of a lease pauses become shorter, but never shorter than this part of its
    // life (and a second): all boxes of a region would be in their last seconds together.
    static constexpr Millis kShortestPause = 1 * kSecond;
    static constexpr int kShortestPausePart = 16;
    static constexpr int kSpreadPercent = 3;  // of heartbeats, to either side
    // A fault of configuration (401, 403, 400) that was found twice does not go away by asking again,
    // but somebody may mend it.
    static constexpr Millis kFaultPause = 60 * kSecond;

    static constexpr Millis kShortestCooldown = 1 * kSecond;
    static constexpr Millis kLongestCooldown = 120 * kSecond;
    static constexpr Millis kDefaultCooldown = 60 * kSecond;

    // CM accepted us for `lifetime` (as it came: unknown, zero or absurd values are put right). The
    // life counts from when CM was asked, for its answer may have been long on its way; but of a
    // short one no more than a quarter is over already.
    void granted(Millis lifetime, Time asked_at, Time now);
    // The lease is only assumed: nothing is known of its life.
    void forget() { expires_ = kNever, failed_ = false, throttled_ = false; }

    // When the next heartbeat is due: at `percent` of the life (session.heartbeatPercent), spread by
    // ±3 % of that, so that boxes that started together do not stay together. Earlier where an
    // attempt that is lost could not be followed by another one within the lease.
    [[nodiscard]] Time heartbeat_due(int percent, Random& random) const;
    // How long an attempt may take: a third of what is left of the lease, at least 1 s.
    [[nodiscard]] Millis allowance(Time now, Millis longest) const;
    // After a failed attempt: when to try again. Full jitter: anywhere between at once and a limit
    // that doubles with each failure, and stays within a third of what is left of the lease while
    // it lives.
    [[nodiscard]] Time retry_at(Time now, Random& random);
    // For a question that decides: within a third of what is left of the lease, however little.
    [[nodiscard]] Time once_more_at(Time now, Random& random) const;
    // After a 429 that told `lifetime`: when to go on.
    [[nodiscard]] Time throttled_until(Millis lifetime, Time now);

    [[nodiscard]] Time expires() const { return expires_; }
    // The lease is not over, and no attempt has failed since it began.
    [[nodiscard]] bool undisturbed(Time now) const { return now < expires_ && !failed_; }
    [[nodiscard]] Millis since_granted(Time now) const { return now - granted_at_; }
    [[nodiscard]] Millis life() const { return life_; }

  private:
    // Milliseconds within kLongestLife: boxes divide 32 bits with an instruction, 64 by a function.
    using Millis32 = std::int32_t;

    [[nodiscard]] Millis32 remaining(Time now) const;   // of the lease; 0 where there is none
    [[nodiscard]] Millis32 longest_last_pause() const;  // between attempts, while the lease lives

    Time granted_at_{};
    Timer expires_;
    Millis32 life_ = 0;
    bool failed_ = false;     // the last attempt
    bool throttled_ = false;  // the last answer was a 429
};

// How long after a reboot the first call may go out: one draw per run.
[[nodiscard]] inline Millis startup_delay(Random& random) {
    return random.up_to(Pace::kStartupSpread);
}

// … and when after it a session of before is ended.
[[nodiscard]] inline Millis give_back_delay(Random& random) {
    return random.up_to(Pace::kGiveBackSpread);
}

}  // namespace cmagent::core
