#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <string>
#include <utility>

#include "platform/api/resolver.h"
#include "platform/linux/descriptor.h"

namespace cmagent::contract {

// The other end of a TCP connection on loopback, non-blocking, in the test's own thread.
class TcpPeer {
  public:
    TcpPeer() : listening_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        sockaddr_in at = {};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        bind(listening_.get(), reinterpret_cast<sockaddr*>(&at), sizeof at);
        listen(listening_.get(), 4);
    }

    [[nodiscard]] platform::Address address() const {
        sockaddr_in at = {};
        socklen_t size = sizeof at;
        getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&at), &size);
        platform::Address address;
        address.bytes[0] = 127;
        address.bytes[3] = 1;
        address.port = ntohs(at.sin_port);
        return address;
    }
    // No caller can connect any more.
    void stop_listening() { listening_.reset(); }

    // Takes a connection that has come; it takes the place of an earlier one.
    bool accept_new() {
        platform::Descriptor fresh(
            accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fresh.valid()) return false;
        // Else a small packet waits for the acknowledgement of the one before it.
        const int on = 1;
        setsockopt(fresh.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connection_ = std::move(fresh);
        return true;
    }
    [[nodiscard]] int descriptor() const { return connection_.get(); }

    void pump() {
        accept_new();
        if (!connection_.valid()) return;
        char bytes[4096];
        for (ssize_t got = 0; (got = recv(descriptor(), bytes, sizeof bytes, 0)) > 0;) {
            received_.append(bytes, static_cast<std::size_t>(got));
        }
        const ssize_t sent = ::send(descriptor(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
        if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
        if (finishing_ && unsent_.empty()) shutdown(descriptor(), SHUT_WR);
    }
    void send(const std::string& text) { unsent_ += text; }
    void finish() { finishing_ = true; }
    // A reset, as from a box in between that has forgotten the connection.
    void cut() {
        const linger at_once = {1, 0};
        setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        connection_.reset();
    }
    [[nodiscard]] std::string take_received() {
        std::string received;
        received.swap(received_);
        return received;
    }

  private:
    friend class SilentPeer;

    platform::Descriptor listening_;
    platform::Descriptor connection_;
    bool finishing_ = false;
    std::string unsent_;
    std::string received_;
};

// A peer that hears no caller, as behind a firewall that drops what comes: its line is full.
class SilentPeer {
  public:
    SilentPeer() {
        listen(peer_.listening_.get(), 0);
        const sockaddr_in at = place();
        for (platform::Descriptor& caller : callers_) {
            caller.reset(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
            const auto* where = reinterpret_cast<const sockaddr*>(&at);
            static_cast<void>(connect(caller.get(), where, sizeof at));
            pollfd ready = {caller.get(), POLLOUT, 0};
            if (poll(&ready, 1, 50) == 0) break;
        }
    }
    [[nodiscard]] platform::Address address() const { return peer_.address(); }

  private:
    [[nodiscard]] sockaddr_in place() const {
        sockaddr_in at = {};
        socklen_t size = sizeof at;
        getsockname(peer_.listening_.get(), reinterpret_cast<sockaddr*>(&at), &size);
        return at;
    }

    TcpPeer peer_;
    platform::Descriptor callers_[8];
};

}  // namespace cmagent::contract
