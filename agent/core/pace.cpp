#include "agent/core/pace.h"

#include <algorithm>

namespace cmagent::core {

void Pace::granted(Millis lifetime, Time asked_at, Time now) {
    const Millis life =
        lifetime > 0 ? std::clamp(lifetime, kShortestLife, kLongestLife) : kDefaultLife;
    life_ = static_cast<Millis32>(life);
    granted_at_ = later(asked_at, Time{now.ms - life / 4});
    expires_ = granted_at_ + life;
    failed_ = false;
    throttled_ = false;
}

Time Pace::heartbeat_due(int percent, Random& random) const {
    // An attempt takes a third of what is left, and the next one begins within the pause: two
    // thirds of what is left must cover it, and a second the shortest attempt. Of a short lease
    // half, so that heartbeats do not follow one another.
    const Millis32 pause = longest_last_pause();
    const Millis32 rest = std::max(static_cast<Millis32>(kShortestAttempt) + pause, pause * 3 / 2);
    const Millis32 latest = std::max(life_ - rest, life_ / 2);
    const Millis32 middle = std::min(life_ * percent / 100, latest * 100 / (100 + kSpreadPercent));
    const Millis32 spread = middle * kSpreadPercent / 100;
    return granted_at_ + (middle - spread + random.up_to(Millis{2} * spread));
}

Pace::Millis32 Pace::longest_last_pause() const {
    return std::max(static_cast<Millis32>(kShortestPause), life_ / kShortestPausePart);
}

Pace::Millis32 Pace::remaining(Time now) const {
    const Time expires = expires_;
    return expires == kNever || expires <= now ? 0 : static_cast<Millis32>(expires - now);
}

Millis Pace::allowance(Time now, Millis longest) const {
    const Millis32 remaining = this->remaining(now);
    return remaining == 0 ? longest
                          : std::max(kShortestAttempt, std::min<Millis>(remaining / 3, longest));
}

Time Pace::retry_at(Time now, Random& random) {
    static_assert(2 * kFirstBackoff >= kLongestBackoff, "one doubling reaches the ceiling");
    Millis32 limit = static_cast<Millis32>(failed_ ? kLongestBackoff : kFirstBackoff);
    failed_ = true;
    if (const Millis32 remaining = this->remaining(now); remaining > 0) {
        limit = std::min(limit, std::max(longest_last_pause(), remaining / 3));
    }
    return now + random.up_to(limit);
}

Time Pace::once_more_at(Time now, Random& random) const {
    const Millis32 remaining = this->remaining(now);
    const Millis32 limit = static_cast<Millis32>(kFirstBackoff);
    return now + random.up_to(remaining > 0 ? std::min(limit, remaining / 3) : limit);
}

Time Pace::throttled_until(Millis lifetime, Time now) {
    const bool usable = lifetime > 0 && !throttled_;
    throttled_ = true;
    return now +
           (usable ? std::clamp(lifetime, kShortestCooldown, kLongestCooldown) : kDefaultCooldown);
}

}  // namespace cmagent::core
