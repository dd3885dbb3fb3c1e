#include "tests/cmsim/loop.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace cmagent::cmsim {

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Loop::~Loop() {
    close(epoll_);
}

Millis Loop::monotonic() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<Millis>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

void Loop::watch(int descriptor, std::uint32_t events, Ready ready) {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
    watched_[descriptor] = std::make_shared<Ready>(std::move(ready));
}

void Loop::change(int descriptor, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event);
}

void Loop::unwatch(int descriptor) {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
    watched_.erase(descriptor);
}

Loop::Timer Loop::after(Millis delay, std::function<void()> run) {
    return timers_.emplace(monotonic() + delay, std::move(run));
}

void Loop::run_timers() {
    const Millis now = monotonic();
    while (!timers_.empty() && timers_.begin()->first <= now) {
        const std::function<void()> run = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        run();
    }
}

int Loop::milliseconds_to_wait() const {
    constexpr Millis kLongest = 60'000;
    if (timers_.empty()) return static_cast<int>(kLongest);
    return static_cast<int>(std::clamp<Millis>(timers_.begin()->first - monotonic(), 0, kLongest));
}

void Loop::run() {
    std::array<epoll_event, 256> events;
    while (running_) {
        const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                     milliseconds_to_wait());
        for (int i = 0; i < count && running_; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            const auto found = watched_.find(event.data.fd);
            if (found == watched_.end()) continue;  // unwatched by a callback of this round
            const std::shared_ptr<Ready> ready = found->second;
            (*ready)(event.events);
        }
        run_timers();
    }
}

}  // namespace cmagent::cmsim
