#include "agent/core/pace.h"

#include <algorithm>

namespace cmagent::core {

void Pace::granted(Millis lifetime, Time now) {
    life_ = lifetime > 0 ? std::clamp(lifetime, kShortestLife, kLongestLife) : kDefaultLife;
    granted_at_ = now;
    expires_ = now + life_;
    failures_ = 0;
    cooldowns_ = 0;
}

Time Pace::heartbeat_due(Random& random) const {
    const Millis middle = life_ * 3 / 4;
    const Millis spread = middle / 20;
    return granted_at_ + (middle - spread + random.up_to(2 * spread));
}

Millis Pace::allowance(Time now, Millis longest) const {
    if (expires_ == kNever || expires_ <= now) return longest;
    return std::clamp((expires_ - now) / 3, kShortestAttempt, std::max(kShortestAttempt, longest));
}

Time Pace::retry_at(Time now, Random& random) {
    // One doubling reaches the ceiling, more would only overflow.
    const Millis doubled = kFirstBackoff << std::min<int>(failures_, 1);
    if (failures_ < UINT16_MAX) ++failures_;
    Millis limit = std::min(doubled, kLongestBackoff);
    if (expires_ != kNever && now < expires_) {
        const Millis shortest = std::max(kShortestPause, life_ / kShortestPausePart);
        limit = std::min(limit, std::max(shortest, (expires_ - now) / 3));
    }
    return now + random.up_to(limit);
}

Time Pace::cooled_at(Millis lifetime, Time now) {
    const bool usable = lifetime > 0 && cooldowns_ == 0;
    if (cooldowns_ < UINT16_MAX) ++cooldowns_;
    return now +
           (usable ? std::clamp(lifetime, kShortestCooldown, kLongestCooldown) : kDefaultCooldown);
}

}  // namespace cmagent::core
