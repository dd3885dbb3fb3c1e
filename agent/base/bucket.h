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

    // How long until the next one may go; 0: now.
    [[nodiscard]] constexpr Millis wait(Time full_at, Time now) const {
        return std::max<Millis>(0, full_at.ms - room_ - now.ms);
    }
    constexpr void take(Time& full_at, Time now) const { full_at = later(full_at, now) + each_; }

  private:
    Millis each_;
    Millis room_;
};

}  // namespace cmagent
