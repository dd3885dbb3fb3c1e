#pragma once
#include <cstdint>

namespace cmagent {

// A span of time in milliseconds.
using Millis = std::int64_t;

inline constexpr Millis kSecond = 1000;
inline constexpr Millis kMinute = 60 * kSecond;

// A moment, in milliseconds since the box booted, standby included. The core never reads a clock:
// every moment that it knows was handed to it as `now`, or is computed from one.
struct Time {
    Millis ms = 0;

    [[nodiscard]] friend constexpr Time operator+(Time t, Millis d) { return {t.ms + d}; }
    [[nodiscard]] friend constexpr Millis operator-(Time a, Time b) { return a.ms - b.ms; }
    [[nodiscard]] friend constexpr bool operator<(Time a, Time b) { return a.ms < b.ms; }
    [[nodiscard]] friend constexpr bool operator<=(Time a, Time b) { return a.ms <= b.ms; }
    [[nodiscard]] friend constexpr bool operator>=(Time a, Time b) { return a.ms >= b.ms; }
    [[nodiscard]] friend constexpr bool operator==(Time a, Time b) { return a.ms == b.ms; }
    [[nodiscard]] friend constexpr bool operator!=(Time a, Time b) { return a.ms != b.ms; }
};

// Later than any moment: a timer that is not set. Half of the range, so that adding a span of time
// cannot overflow.
inline constexpr Time kNever{INT64_MAX / 2};

[[nodiscard]] constexpr Time earlier(Time a, Time b) {
    return a < b ? a : b;
}

[[nodiscard]] constexpr Time later(Time a, Time b) {
    return a < b ? b : a;
}

// A moment that is kept: kNever until it is set. A timer that is not set is all zero, so that
// unused records lie in untouched memory. The moment of the boot itself cannot be kept: nothing
// happens then.
class Timer {
  public:
    constexpr Timer() = default;
    constexpr Timer(Time at) : ms_(at == kNever ? 0 : at.ms) {}
    [[nodiscard]] constexpr operator Time() const { return ms_ == 0 ? kNever : Time{ms_}; }

  private:
    Millis ms_ = 0;
};

}  // namespace cmagent
