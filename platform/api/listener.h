#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

struct sockaddr;

namespace cmagent::platform {

inline constexpr std::uint32_t kNoUser = UINT32_MAX;  // the system does not say who it is

// A connection that was accepted: non-blocking, close-on-exec, TCP_NODELAY. `fd` belongs to the
// listener that is called; `from` is valid during the call.
struct AcceptedConnection {
    int fd = -1;
    const sockaddr* from = nullptr;
    std::uint32_t from_size = 0;
    bool local_socket = false;  // over a unix socket
    std::uint32_t user = 0;     // of the peer there, or kNoUser
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
    family_missing,  // the box has no IPv6, or no IPv4: may be tried again later
    in_use,          // somebody else listens there, or a file that is no left socket has the name
    not_permitted,   // a port under 1024, a folder or a group that is not ours
    not_local,       // the box does not have this address yet. It is listened on nevertheless
    no_folder,       // of a unix socket
    shared_folder,   // of a unix socket: others could put a socket of theirs in the place of ours
    not_listening,   // a socket of the supervisor's
    removed,         // the file of a unix socket that is listened on is no longer there
    failed,          // anything else; too many addresses
};

// What is wrong and what mends it, for the log: "address in use: …".
[[nodiscard]] std::string_view listen_fault_text(ListenFault fault);

// Who may use the file of a unix socket.
struct SocketRights {
    static constexpr std::uint32_t kOwn = UINT32_MAX;  // that of the process

    std::uint32_t mode = 0660;
    std::uint32_t group = kOwn;
    // The user that the process will become: besides root and the present user, the only one who
    // may own the socket's folder.
    std::uint32_t user = kOwn;
};

// Accepts connections and hands them out; the protocol on them is not its concern. When no
// descriptors are left, a connection is accepted with a reserved descriptor and closed at once: the
// loop does not spin, and no caller waits for an answer that cannot come.
class Listener {
  public:
    // `127.0.0.1:8790`, `[::1]:8790` (IPv6 only, also for `[::]`) or `unix:/run/cmagent/api.sock`
    // (a socket that nobody serves any more is replaced). Port 0: the system chooses one, see
    // address(). While it is listened on, nobody else on the box can have the address, nor a part
    // of it: not with SO_REUSEADDR or SO_REUSEPORT, and not by way of a wildcard.
    [[nodiscard]] virtual ListenFault listen(std::string_view address,
                                             const SocketRights& rights) = 0;

    // Takes over the sockets that the supervisor has opened (socket activation, LISTEN_FDS): all
    // that there are, which may be none.
    [[nodiscard]] virtual ListenFault adopt() = 0;

    // The addresses that are listened on, in the form above: [0, count()).
    [[nodiscard]] virtual std::size_t count() const = 0;
    [[nodiscard]] virtual std::string_view address(std::size_t index) const = 0;

    // Stops listening; connections that were handed out live on.
    virtual void close() = 0;

  protected:
    ~Listener() = default;
};

}  // namespace cmagent::platform
