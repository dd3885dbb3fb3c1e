#pragma once
#include <cstddef>
#include <cstdint>

#include "platform/api/clock.h"
#include "platform/api/poller.h"
#include "platform/api/timers.h"
#include "platform/linux/boot_timer.h"

namespace cmagent::platform {

// One timerfd for all timers.
class TimerfdTimers final : public Timers, private Watcher {
  public:
    // Three for each of 16 players: two commands and a connection to retry.
    static constexpr std::size_t kMaxTimers = 48;

    TimerfdTimers(Poller& poller, Clock& clock);
    ~TimerfdTimers();
    // False: the system refused; nothing else may be called then.
    [[nodiscard]] bool ok() const { return timer_.valid(); }

    void set(TimerListener& listener, std::int64_t in_ms) override;
    void unset(TimerListener& listener) override;

  private:
    struct ArmedTimer {
        TimerListener* listener = nullptr;
        std::int64_t at_ms = 0;
    };
    void on_ready(Interest ready) override;
    void arm();

    Poller& poller_;
    Clock& clock_;
    BootTimer timer_;
    ArmedTimer timers_[kMaxTimers];
};

}  // namespace cmagent::platform
