#pragma once
#include <string_view>

#include "platform/api/supervisor.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {

// Tells systemd, or another supervisor that set NOTIFY_SOCKET, by the protocol of sd_notify(3): one
// datagram for each state. Takes its variables out of the environment, so that no child process
// speaks for the daemon.
class NotifySupervisor final : public Supervisor {
  public:
    NotifySupervisor();

    void ready() override { tell("READY=1"); }
    void stopping() override { tell("STOPPING=1"); }
    void alive() override { tell("WATCHDOG=1"); }
    [[nodiscard]] std::int64_t alive_every_ms() const override { return alive_every_ms_; }

  private:
    void tell(std::string_view state);

    Descriptor socket_;
    std::int64_t alive_every_ms_ = 0;
};

}  // namespace cmagent::platform
