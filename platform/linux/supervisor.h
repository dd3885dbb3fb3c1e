#pragma once
#include <sys/socket.h>
#include <sys/un.h>

#include "agent/base/back_off.h"
#include "platform/api/supervisor.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {

// Tells systemd, or another supervisor that set NOTIFY_SOCKET, by the protocol of sd_notify(3): one
// datagram for each state. Takes its variables out of the environment, so that no child process
// speaks for the daemon.
class NotifySupervisor final : public Supervisor {
  public:
    NotifySupervisor();

    void ready() override { tell(kReady); }
    void reloading() override { tell(kReloading); }
    void stopping() override { tell(kStopping); }
    void on_time(std::int64_t now_ms) override;
    [[nodiscard]] std::int64_t next_deadline() const override;

  private:
    // In the order in which they are told where several wait.
    enum State : std::uint8_t { kReloading, kReady, kStopping, kAlive, kStates };

    void tell(State state);
    // False: there is something that was not taken.
    [[nodiscard]] bool tell_all();
    [[nodiscard]] bool send(unsigned state);
    void connect();

    sockaddr_un address_ = {};
    socklen_t address_size_ = 0;  // 0: there is no supervisor
    Descriptor socket_;           // connected while the process had the rights that it needs
    std::uint8_t untold_ = 0;     // a bit for each state
    std::int64_t alive_every_ms_;
    std::int64_t alive_at_;
    BackOff again_;
};

}  // namespace cmagent::platform
