#pragma once
#include <cstdint>

namespace cmagent::platform {

// The process that has started the daemon and watches over it (systemd, procd, none). Every call is
// harmless where there is none. What it does not take at once, because it is busy or not there yet,
// is said again until it does.
class Supervisor {
  public:
    virtual void ready() = 0;      // the local port answers; what was reloading() is done
    virtual void reloading() = 0;  // the configuration is read again; ready() follows
    virtual void stopping() = 0;   // the daemon is about to end

    // Says again what was not taken, with a back-off, and that the loop still turns: twice in the
    // watchdog's time where one waits. To be called when next_deadline() has come.
    virtual void on_time(std::int64_t now_ms) = 0;
    // Of the boot's clock; kNever: nothing is due.
    [[nodiscard]] virtual std::int64_t next_deadline() const = 0;

  protected:
    ~Supervisor() = default;
};

}  // namespace cmagent::platform
