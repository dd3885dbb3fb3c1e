#pragma once
#include "platform/api/clock.h"

namespace cmagent::fakes {

// Stands still until it is told.
class FakeClock final : public platform::Clock {
  public:
    explicit FakeClock(std::int64_t wall_ms = 1'760'000'000'000) : wall_(wall_ms) {}

    [[nodiscard]] std::int64_t boot_ms() override { return boot_; }
    [[nodiscard]] std::int64_t wall_ms() override { return wall_; }

    void advance(std::int64_t by_ms) {
        boot_ += by_ms;
        wall_ += by_ms;
    }
    void set_wall(std::int64_t wall_ms) { wall_ = wall_ms; }

  private:
    std::int64_t boot_ = 1000;
    std::int64_t wall_;
};

}  // namespace cmagent::fakes
