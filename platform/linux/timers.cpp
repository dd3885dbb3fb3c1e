#include "platform/linux/timers.h"

#include <sys/timerfd.h>

#include <cstdint>

namespace cmagent::platform {

TimerfdTimers::TimerfdTimers(Poller& poller, Clock& clock)
    : poller_(poller),
      clock_(clock),
      timer_(timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC)) {
    if (!poller_.watch(timer_.get(), {true, false}, *this)) timer_.reset();
}

TimerfdTimers::~TimerfdTimers() {
    poller_.unwatch(timer_.get());
}

void TimerfdTimers::set(TimerListener& listener, std::int64_t in_ms) {
    unset(listener);
    for (Timer& timer : timers_) {
        if (timer.listener != nullptr) continue;
        timer = {&listener, clock_.boot_ms() + in_ms};
        break;
    }
    arm();
}

void TimerfdTimers::unset(TimerListener& listener) {
    for (Timer& timer : timers_) {
        if (timer.listener == &listener) timer.listener = nullptr;
    }
}

void TimerfdTimers::arm() {
    std::int64_t next_ms = INT64_MAX;
    for (const Timer& timer : timers_) {
        if (timer.listener != nullptr && timer.at_ms < next_ms) next_ms = timer.at_ms;
    }
    itimerspec at = {};
    if (next_ms != INT64_MAX) {
        // 0 would disarm it: a nanosecond past is due as well.
        at.it_value.tv_sec = static_cast<time_t>(next_ms / 1000);
        at.it_value.tv_nsec = static_cast<long>(next_ms % 1000) * 1'000'000 + 1;
    }
    timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &at, nullptr);
}

void TimerfdTimers::on_ready(Interest) {
    std::uint64_t expirations = 0;
    [[maybe_unused]] const auto read = ::read(timer_.get(), &expirations, sizeof expirations);
    const std::int64_t now = clock_.boot_ms();
    // Those that listeners set meanwhile for now (0 ms) come in the next turn, not in this one.
    TimerListener* due[kMaxTimers];
    std::size_t count = 0;
    for (const Timer& timer : timers_) {
        if (timer.listener != nullptr && timer.at_ms <= now) due[count++] = timer.listener;
    }
    for (std::size_t i = 0; i < count; i++) {
        for (Timer& timer : timers_) {
            if (timer.listener != due[i] || timer.at_ms > now) continue;
            timer.listener = nullptr;
            due[i]->on_time();
            break;
        }
    }
    arm();
}

}  // namespace cmagent::platform
