#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

struct sockaddr;

namespace cmagent::platform {

// A connection that was accepted: non-blocking, close-on-exec, TCP_NODELAY. `fd` belongs to the
// listener that is called; `from` is valid during the call.
struct AcceptedConnection {
    int fd = -1;
    const sockaddr* from = nullptr;
    std::uint32_t from_size = 0;
    bool local_socket = false;  // over a unix socket
};

class ConnectionListener {
  public:
    virtual void on_connection(const AcceptedConnection& connection) = 0;

  protected:
    ~ConnectionListener() = default;
};

enum class ListenFault : std::uint8_t {
    none,
    bad_address,     // not one of the forms below
    family_missing,  // the box has no IPv6, or no IPv4: skipped with a warning
    in_use,          // somebody else listens there
    not_permitted,   // a port under 1024, a folder that is not ours
    not_local,       // the box has no such address
    failed,          // anything else; too many addresses
};

// "address in use" and so on, for the log.
[[nodiscard]] std::string_view listen_fault_text(ListenFault fault);

// Accepts connections and hands them out; the protocol on them is not its concern. When no
// descriptors are left, a connection is accepted with a reserved descriptor and closed at once: the
// loop does not spin, and no caller waits for an answer that cannot come.
class Listener {
  public:
    // `127.0.0.1:8790`, `[::1]:8790` (IPv6 only, also for `[::]`) or `unix:/run/cmagent.sock` (mode
    // 0660; a socket that nobody serves any more is replaced). Port 0: the system chooses one, see
    // address().
    [[nodiscard]] virtual ListenFault listen(std::string_view address) = 0;

    // Takes over the sockets that the supervisor has opened (socket activation, LISTEN_FDS), and
    // says how many.
    [[nodiscard]] virtual std::size_t adopt() = 0;

    // The addresses that are listened on, in the form above: [0, count()).
    [[nodiscard]] virtual std::size_t count() const = 0;
    [[nodiscard]] virtual std::string_view address(std::size_t index) const = 0;

    // Stops listening; connections that were handed out live on.
    virtual void close() = 0;

  protected:
    ~Listener() = default;
};

}  // namespace cmagent::platform
