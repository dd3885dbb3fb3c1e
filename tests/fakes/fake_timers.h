#pragma once
#include <map>

#include "platform/api/timers.h"
#include "tests/fakes/fake_clock.h"

namespace cmagent::fakes {

// Timers that a FakeClock drives.
class FakeTimers final : public platform::Timers {
  public:
    explicit FakeTimers(FakeClock& clock) : clock_(clock) {}

    void set(platform::TimerListener& listener, std::int64_t in_ms) override {
        at_[&listener] = clock_.boot_ms() + in_ms;
    }
    void unset(platform::TimerListener& listener) override { at_.erase(&listener); }

    // Moves the clock on, and calls the listeners that become due meanwhile, in order.
    void advance(std::int64_t by_ms) {
        const std::int64_t until_ms = clock_.boot_ms() + by_ms;
        while (const auto next = first_until(until_ms)) {
            const std::int64_t at_ms = at_[next];
            at_.erase(next);
            if (at_ms > clock_.boot_ms()) clock_.advance(at_ms - clock_.boot_ms());
            next->on_time();
        }
        clock_.advance(until_ms - clock_.boot_ms());
    }

  private:
    [[nodiscard]] platform::TimerListener* first_until(std::int64_t until_ms) const {
        platform::TimerListener* first = nullptr;
        for (const auto& [listener, at_ms] : at_) {
            if (at_ms > until_ms) continue;
            if (first == nullptr || at_ms < at_.at(first)) first = listener;
        }
        return first;
    }

    FakeClock& clock_;
    std::map<platform::TimerListener*, std::int64_t> at_;
};

}  // namespace cmagent::fakes
