#pragma once
#include <cstdint>

#include "platform/api/clock.h"

namespace cmagent::fakes {

// Both clocks stand still until the test moves them.
class FakeClock final : public platform::Clock {
  public:
    // A box that has run for a while, and has the date from the network: a day in October 2025.
    explicit FakeClock(std::int64_t wall_ms = 1'760'000'000'000) : wall_ms_(wall_ms) {}

    [[nodiscard]] std::int64_t boot_ms() override { return boot_ms_; }
    [[nodiscard]] std::int64_t wall_ms() override { return wall_ms_; }

    void advance(std::int64_t by_ms) {
        boot_ms_ += by_ms;
        wall_ms_ += by_ms;
    }
    // As when the box hears the date from the network, or loses it.
    void set_wall(std::int64_t wall_ms) { wall_ms_ = wall_ms; }

  private:
    std::int64_t boot_ms_ = 1'000'000;
    std::int64_t wall_ms_;
};

}  // namespace cmagent::fakes
