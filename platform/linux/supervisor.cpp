#include "platform/linux/supervisor.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "platform/linux/environment.h"

namespace cmagent::platform {
namespace {

// WATCHDOG_PID, where set, must be ours (sd_watchdog_enabled(3)).
std::int64_t watchdog_ms() {
    const bool for_us =
        getenv("WATCHDOG_PID") == nullptr || environment_number("WATCHDOG_PID") == getpid();
    return for_us ? environment_number("WATCHDOG_USEC") / 1000 : 0;
}

// A connected datagram socket; not valid when nobody is there.
Descriptor connect_to(const char* path) {
    sockaddr_un address = {};
    const std::size_t size = path == nullptr ? 0 : std::strlen(path);
    if (size < 2 || size >= sizeof address.sun_path) return {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path, size);
    if (path[0] == '@') address.sun_path[0] = '\0';  // the abstract name space, unix(7)
    Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
    if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) return {};
    return socket;
}

}  // namespace

NotifySupervisor::NotifySupervisor()
    : socket_(connect_to(getenv("NOTIFY_SOCKET"))), alive_every_ms_(watchdog_ms() / 2) {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
}

void NotifySupervisor::tell(std::string_view state) {
    if (socket_.valid()) send(socket_.get(), state.data(), state.size(), MSG_NOSIGNAL);
}

}  // namespace cmagent::platform
