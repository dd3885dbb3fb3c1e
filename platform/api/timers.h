#pragma once
#include <cstdint>

namespace cmagent::platform {

class TimerListener {
  public:
    // On the loop's thread, once for each set(), never from within a call of Timers.
    virtual void on_time() = 0;

  protected:
    ~TimerListener() = default;
};

// One-shot timers for drivers (the core has its own: next_deadline()). Standby counts.
class Timers {
  public:
    // Calls `listener` in `in_ms` milliseconds; 0: on the loop's next turn. Each listener has one
    // timer: setting it again moves it. The listener must live until it was called or unset().
    virtual void set(TimerListener& listener, std::int64_t in_ms) = 0;

    // No call comes after this. Harmless when no timer is set.
    virtual void unset(TimerListener& listener) = 0;

  protected:
    ~Timers() = default;
};

}  // namespace cmagent::platform
