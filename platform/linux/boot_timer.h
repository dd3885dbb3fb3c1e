#pragma once
#include <cstdint>

#include "platform/linux/descriptor.h"

namespace cmagent::platform {

// A timer as a descriptor, readable when it has run out. Standby counts (CLOCK_BOOTTIME), but on
// kernels before 3.15, which know no such timer: there it is late by the standby.
class BootTimer {
  public:
    BootTimer();
    [[nodiscard]] int get() const { return timer_.get(); }
    [[nodiscard]] bool valid() const { return timer_.valid(); }
    void reset() { timer_.reset(); }

    // Runs out once, in so many milliseconds; 0 and less: at once. Replaces what was set before.
    void set(std::int64_t in_ms);
    void unset();
    // To be called when it is readable.
    void consume();

  private:
    Descriptor timer_;
};

}  // namespace cmagent::platform
