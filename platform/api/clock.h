#pragma once
#include <cstdint>

namespace cmagent::platform {

// The box's two clocks. Both may be called from the loop only, never block and never fail.
class Clock {
  public:
    // Milliseconds since boot, standby included, never going back (Linux: CLOCK_BOOTTIME).
    // Everything that is scheduled uses this.
    [[nodiscard]] virtual std::int64_t boot_ms() = 0;

    // Milliseconds since 1970, UTC, as the box believes: may be 1970 after a power cut and may
    // jump. For certificates, logs and `startedAt` only.
    [[nodiscard]] virtual std::int64_t wall_ms() = 0;

  protected:
    ~Clock() = default;
};

// The build date, milliseconds since 1970. A wall clock before it has not been set.
[[nodiscard]] std::int64_t build_date_ms();

// Milliseconds since 1970, UTC; 0 while the wall clock has not been set.
[[nodiscard]] inline std::int64_t known_wall_ms(Clock& clock) {
    const std::int64_t ms = clock.wall_ms();
    return ms < build_date_ms() ? 0 : ms;
}

}  // namespace cmagent::platform
