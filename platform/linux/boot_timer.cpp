#include "platform/linux/boot_timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <ctime>
#include <initializer_list>

namespace cmagent::platform {

BootTimer::BootTimer() {
    for (const clockid_t clock : {CLOCK_BOOTTIME, CLOCK_MONOTONIC}) {
        if (!valid()) timer_.reset(timerfd_create(clock, TFD_NONBLOCK | TFD_CLOEXEC));
    }
}

void BootTimer::set(std::int64_t in_ms) {
    itimerspec in = {};
    if (in_ms > 0) {
        in.it_value.tv_sec = static_cast<time_t>(in_ms / 1000);
        in.it_value.tv_nsec = static_cast<long>(in_ms % 1000) * 1'000'000;
    } else {
        in.it_value.tv_nsec = 1;  // 0 would disarm it
    }
    timerfd_settime(timer_.get(), 0, &in, nullptr);
}

void BootTimer::unset() {
    const itimerspec never = {};
    timerfd_settime(timer_.get(), 0, &never, nullptr);
}

void BootTimer::consume() {
    std::uint64_t expirations = 0;
    [[maybe_unused]] const auto read = ::read(timer_.get(), &expirations, sizeof expirations);
}

}  // namespace cmagent::platform
