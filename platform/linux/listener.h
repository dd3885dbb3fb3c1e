#pragma once
#include <sys/types.h>

#include "agent/base/text.h"
#include "platform/api/listener.h"
#include "platform/api/poller.h"
#include "platform/linux/descriptor.h"
#include "platform/linux/socket_address.h"

namespace cmagent::platform {

// Why listen() would refuse a unix socket for its folder, or for what has its name. Makes no socket.
[[nodiscard]] ListenFault folder_fault(std::string_view address, const SocketRights& rights);

class SocketListener final : public Listener {
  public:
    // Both loopbacks, a unix socket, some addresses of the box: more is a mistake.
    static constexpr std::size_t kMaxSockets = 8;

    SocketListener(Poller& poller, ConnectionListener& listener);
    ~SocketListener() { close(); }

    [[nodiscard]] ListenFault listen(std::string_view address,
                                     const SocketRights& rights = {}) override;
    [[nodiscard]] ListenFault adopt() override;
    [[nodiscard]] std::size_t count() const override { return count_; }
    [[nodiscard]] std::string_view address(std::size_t index) const override;
    void close() override;

    // Whether callers can still come by an address: its socket file may have been removed or
    // replaced, and an address of the box may have gone, or not have come yet.
    [[nodiscard]] ListenFault look(std::size_t index) const;

  private:
    // "unix:" and sockaddr_un's path, which is the longest of the forms.
    static constexpr std::size_t kMaxAddress = 128;

    struct Socket final : Watcher {
        SocketListener* owner = nullptr;
        Descriptor descriptor;
        bool local = false;  // a unix socket
        ino_t file = 0;      // its file, where we have made it: removed with it
        Text<kMaxAddress> address;

        void on_ready(Interest ready) override;
    };
    [[nodiscard]] ListenFault listen_on(const SocketAddress& wanted, const SocketRights& rights);
    [[nodiscard]] bool take(Descriptor descriptor, bool created);
    [[nodiscard]] bool accept_one(const Socket& socket);
    void refuse_one(const Socket& socket);

    Poller& poller_;
    ConnectionListener& listener_;
    Descriptor reserve_;  // given up for a moment when there is no other descriptor left
    Socket sockets_[kMaxSockets];
    std::size_t count_ = 0;
};

}  // namespace cmagent::platform
