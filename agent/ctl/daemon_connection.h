#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/lib/daemon_address.h"

namespace cmagent::ctl {

// Milliseconds since some moment, standby not included: for deadlines.
[[nodiscard]] std::int64_t monotonic_ms();

// A connection to the daemon. Every call blocks, until its deadline (as monotonic_ms()) at most; a
// name is resolved without one.
class DaemonConnection {
  public:
    DaemonConnection() = default;
    ~DaemonConnection() { close(); }
    DaemonConnection(const DaemonConnection&) = delete;
    DaemonConnection& operator=(const DaemonConnection&) = delete;

    [[nodiscard]] bool open(const lib::DaemonAddress& address, std::int64_t deadline);
    [[nodiscard]] bool send(std::string_view bytes, std::int64_t deadline);
    // How many bytes came. 0: the peer has closed, or see problem().
    [[nodiscard]] std::size_t receive(char* into, std::size_t size, std::int64_t deadline);
    // Whether there is something to receive, be it the end. False: not until then.
    [[nodiscard]] bool readable(std::int64_t until) const;
    void close();

    // Every wait is over as soon as there is something to read from this descriptor; calls then
    // fail. -1: none.
    void interrupt_by(int fd) { interrupt_ = fd; }
    [[nodiscard]] bool interrupted() const;

    // The last failure, for a person; empty: none. A literal, or a text of strerror().
    [[nodiscard]] std::string_view problem() const { return problem_; }

  private:
    [[nodiscard]] bool open_tcp(const lib::DaemonAddress& address, std::int64_t deadline);
    [[nodiscard]] bool open_socket(std::string_view path, std::int64_t deadline);
    [[nodiscard]] bool connect(int family, const void* address, std::size_t size,
                               std::int64_t deadline);
    [[nodiscard]] bool wait(short events, std::int64_t deadline);
    // 0, or why the wait is over.
    [[nodiscard]] int await(short events, std::int64_t deadline) const;
    bool fail(int reason);

    int fd_ = -1;
    int interrupt_ = -1;
    std::string_view problem_;
};

}  // namespace cmagent::ctl
