#pragma once
#include "platform/linux/clock.h"
#include "platform/linux/poller.h"

namespace cmagent::contract {

// A real loop, turned until something has happened. The limit is for a test that fails: on a loaded
// machine a real mpv has taken 9 s until it listened.
class Loop {
  public:
    platform::LinuxClock clock;
    platform::EpollPoller poller;

    template <typename Happened>
    [[nodiscard]] bool until(Happened happened, std::int64_t limit_ms = 30'000) {
        const std::int64_t deadline_ms = clock.boot_ms() + limit_ms;
        while (!happened()) {
            const std::int64_t left_ms = deadline_ms - clock.boot_ms();
            if (left_ms <= 0) return false;
            poller.wait(left_ms < 20 ? left_ms : 20);
        }
        return true;
    }
    // One round, without waiting.
    void turn() { poller.wait(0); }
};

}  // namespace cmagent::contract
