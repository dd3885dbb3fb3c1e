#include "agent/ctl/daemon_connection.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>

namespace cmagent::ctl {
namespace {

// Zero-terminated, as the C library wants it. `into` has room: lib::parse_url() has seen to that.
void terminate(std::string_view text, char* into) {
    std::memcpy(into, text.data(), text.size());
    into[text.size()] = '\0';
}

}  // namespace

std::int64_t monotonic_ms() {
    timespec now = {};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

bool DaemonConnection::open(const lib::DaemonAddress& address, std::int64_t deadline) {
    close();
    problem_ = {};
    return address.socket.empty() ? open_tcp(address, deadline)
                                  : open_socket(address.socket, deadline);
}

bool DaemonConnection::open_tcp(const lib::DaemonAddress& address, std::int64_t deadline) {
    char host[kMaxHostName + 1];
    char port[8];
    terminate(address.host, host);
    terminate(address.port, port);
    addrinfo wanted = {};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int result = getaddrinfo(host, port, &wanted, &found);
    if (result != 0) {
        problem_ = gai_strerror(result);
        return false;
    }
    bool open = false;
    for (const addrinfo* at = found; at != nullptr && !open; at = at->ai_next) {
        open = connect(at->ai_family, at->ai_addr, at->ai_addrlen, deadline);
    }
    freeaddrinfo(found);
    return open;
}

bool DaemonConnection::open_socket(std::string_view path, std::int64_t deadline) {
    sockaddr_un address = {};
    static_assert(sizeof address.sun_path > lib::DaemonAddress::kMaxPath);
    address.sun_family = AF_UNIX;
    terminate(path, address.sun_path);
    return connect(AF_UNIX, &address, sizeof address, deadline);
}

bool DaemonConnection::connect(int family, const void* address, std::size_t size,
                               std::int64_t deadline) {
    close();
    fd_ = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0) return fail(errno);
    const int on = 1;
    if (family != AF_UNIX) setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd_, static_cast<const sockaddr*>(address), static_cast<socklen_t>(size)) != 0) {
        if (errno != EINPROGRESS) return fail(errno);
        if (!wait(POLLOUT, deadline)) return false;
        int reason = 0;
        socklen_t reason_size = sizeof reason;
        getsockopt(fd_, SOL_SOCKET, SO_ERROR, &reason, &reason_size);
        if (reason != 0) return fail(reason);
    }
    problem_ = {};
    return true;
}

bool DaemonConnection::send(std::string_view bytes, std::int64_t deadline) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            if (!wait(POLLOUT, deadline)) return false;
        } else if (errno != EINTR) {
            return fail(errno);
        }
    }
    return true;
}

std::size_t DaemonConnection::receive(char* into, std::size_t size, std::int64_t deadline) {
    for (;;) {
        if (!wait(POLLIN, deadline)) return 0;
        const ssize_t got = recv(fd_, into, size, 0);
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR && errno != EAGAIN) return fail(errno);
    }
}

bool DaemonConnection::readable(std::int64_t until) const {
    return await(POLLIN, until) == 0;
}

bool DaemonConnection::interrupted() const {
    pollfd watched = {interrupt_, POLLIN, 0};
    return poll(&watched, 1, 0) > 0;
}

bool DaemonConnection::wait(short events, std::int64_t deadline) {
    const int reason = await(events, deadline);
    return reason == 0 || fail(reason);
}

int DaemonConnection::await(short events, std::int64_t deadline) const {
    for (;;) {
        const std::int64_t left = deadline - monotonic_ms();
        if (left <= 0) return ETIMEDOUT;
        // poll(2) passes over a descriptor of -1.
        pollfd watched[] = {{fd_, events, 0}, {interrupt_, POLLIN, 0}};
        const int ready = poll(watched, 2, left < INT_MAX ? static_cast<int>(left) : INT_MAX);
        if (ready < 0 && errno != EINTR) return errno;
        if (ready > 0) return watched[1].revents != 0 ? EINTR : 0;
    }
}

void DaemonConnection::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

bool DaemonConnection::fail(int reason) {
    problem_ = std::strerror(reason);
    close();
    return false;
}

}  // namespace cmagent::ctl
