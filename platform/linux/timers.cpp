#include "platform/linux/timers.h"

#include <cstdint>

namespace cmagent::platform {

TimerfdTimers::TimerfdTimers(Poller& poller, Clock& clock) : poller_(poller), clock_(clock) {
    if (!poller_.watch(timer_.get(), kReading, *this)) timer_.reset();
}

TimerfdTimers::~TimerfdTimers() {
    poller_.unwatch(timer_.get());
}

void TimerfdTimers::set(TimerListener& listener, std::int64_t in_ms) {
    unset(listener);
    for (ArmedTimer& timer : timers_) {
        if (timer.listener != nullptr) continue;
        timer = {&listener, clock_.boot_ms() + in_ms};
        break;
    }
    arm();
}

void TimerfdTimers::unset(TimerListener& listener) {
    for (ArmedTimer& timer : timers_) {
        if (timer.listener == &listener) timer.listener = nullptr;
    }
}

void TimerfdTimers::arm() {
    std::int64_t next_ms = INT64_MAX;
    for (const ArmedTimer& timer : timers_) {
        if (timer.listener != nullptr && timer.at_ms < next_ms) next_ms = timer.at_ms;
    }
    if (next_ms == INT64_MAX) return timer_.unset();
    timer_.set(next_ms - clock_.boot_ms());
}

void TimerfdTimers::on_ready(Interest) {
    timer_.consume();
    const std::int64_t now = clock_.boot_ms();
    // Timers that listeners set meanwhile for now (0 ms) come in the next turn, not in this one.
    TimerListener* due[kMaxTimers];
    std::size_t count = 0;
    for (const ArmedTimer& timer : timers_) {
        if (timer.listener != nullptr && timer.at_ms <= now) due[count++] = timer.listener;
    }
    for (std::size_t i = 0; i < count; i++) {
        for (ArmedTimer& timer : timers_) {
            if (timer.listener != due[i] || timer.at_ms > now) continue;
            timer.listener = nullptr;
            due[i]->on_time();
            break;
        }
    }
    arm();
}

}  // namespace cmagent::platform
