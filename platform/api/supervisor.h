#pragma once
#include <cstdint>

namespace cmagent::platform {

// The process that has started the daemon and watches over it (systemd, procd, none). Every call is
// harmless where there is none.
class Supervisor {
  public:
    virtual void ready() = 0;     // the local port answers
    virtual void stopping() = 0;  // the daemon is about to end
    virtual void alive() = 0;     // the loop still turns; to be called every alive_every_ms()

    // Half of the watchdog's time; 0: no watchdog is waiting.
    [[nodiscard]] virtual std::int64_t alive_every_ms() const = 0;

  protected:
    ~Supervisor() = default;
};

}  // namespace cmagent::platform
