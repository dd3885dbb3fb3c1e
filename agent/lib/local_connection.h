#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/span.h"
#include "agent/lib/daemon_address.h"

namespace cmagent::lib {

// Whether a connection can be made to it without a resolver: a unix socket, or a loopback address.
// "localhost" is 127.0.0.1.
[[nodiscard]] bool is_local(const DaemonAddress& address);

// A connection to the daemon that never blocks. While it is open its descriptor is in `epoll`,
// which is the caller's.
class LocalConnection {
  public:
    explicit LocalConnection(int epoll) : epoll_(epoll) {}
    ~LocalConnection() { close(); }
    LocalConnection(const LocalConnection&) = delete;
    LocalConnection& operator=(const LocalConnection&) = delete;

    // `address` is local. What becomes of it is seen by the first send().
    void open(const DaemonAddress& address);
    void close();

    // How many bytes were taken. 0: none now, or broken().
    [[nodiscard]] std::size_t send(std::string_view bytes);
    // Everything was sent: from now on the descriptor is ready when there is something to read.
    void expect_answer();
    // How many bytes came. 0: none now, or broken(), or the peer has closed: ended().
    [[nodiscard]] std::size_t receive(Buffer into);

    [[nodiscard]] bool broken() const { return broken_; }
    [[nodiscard]] bool ended() const { return ended_; }

  private:
    void start(const void* address, std::size_t size, int family);
    void look_out_for(std::uint32_t events, int operation);
    // How many bytes a call has moved, by what it has returned.
    std::size_t moved(std::ptrdiff_t result);

    int epoll_;
    int fd_ = -1;
    bool broken_ = false;
    bool ended_ = false;
};

}  // namespace cmagent::lib
