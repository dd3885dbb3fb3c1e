#pragma once
// One thread that waits for descriptors and times (epoll). All callbacks run on it; a callback may
// watch and unwatch anything, itself included.

#include <sys/epoll.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include "tests/cmsim/policy.h"

namespace cmagent::cmsim {

class Loop {
  public:
    using Ready = std::function<void(std::uint32_t epoll_events)>;
    using Timer = std::multimap<Millis, std::function<void()>>::iterator;

    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Level-triggered. `events` may be changed by watching again.
    void watch(int descriptor, std::uint32_t events, Ready ready);
    void change(int descriptor, std::uint32_t events);
    // To be called before the descriptor is closed.
    void unwatch(int descriptor);

    Timer after(Millis delay, std::function<void()> run);
    // Of a timer that has not run yet.
    void cancel(Timer timer) { timers_.erase(timer); }

    void run();
    void stop() { running_ = false; }

    // Of a clock that no one can set.
    static Millis monotonic();

  private:
    void run_timers();
    [[nodiscard]] int milliseconds_to_wait() const;

    int epoll_;
    bool running_ = true;
    std::unordered_map<int, std::shared_ptr<Ready>> watched_;
    std::multimap<Millis, std::function<void()>> timers_;
};

}  // namespace cmagent::cmsim
