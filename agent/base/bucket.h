#pragma once
#include <algorithm>
#include <cstdint>

#include "agent/base/time.h"

namespace cmagent {

// How often something may happen: some at once, then evenly. What has happened is kept by its owner
// as the moment when the bucket is full again (kept as zero: it is full), so that nothing is ever
// counted or refilled.
class Bucket {
  public:
    // `at_once` when it is full, and one more after each `each`.
    constexpr Bucket(Millis each, std::int64_t at_once)
        : each_(each), room_(each * (at_once - 1)) {}

    // When the next one may go; in the past: now.
    [[nodiscard]] constexpr Time next(Time full_at) const { return {full_at.ms - room_}; }
    // How long until then; 0: now.
    [[nodiscard]] constexpr Millis wait(Time full_at, Time now) const {
        return std::max<Millis>(0, next(full_at) - now);
    }
    constexpr void take(Time& full_at, Time now) const { full_at = later(full_at, now) + each_; }

  private:
    Millis each_;
    Millis room_;
};

}  // namespace cmagent
