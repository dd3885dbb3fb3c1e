#include "agent/lib/local_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace cmagent::lib {
namespace {

constexpr std::size_t kMaxAddress = INET6_ADDRSTRLEN;

// Zero-terminated, as the C library wants it; cut where there is no room.
template <std::size_t N>
void copy(std::string_view text, char (&into)[N]) {
    const std::size_t size = text.size() < N ? text.size() : N - 1;
    if (size > 0) std::memcpy(into, text.data(), size);
    into[size] = '\0';
}

}  // namespace

bool is_local(const DaemonAddress& address) {
    return !address.socket.empty() || is_loopback(address.host);
}

void LocalConnection::open(const DaemonAddress& address) {
    close();
    broken_ = false;
    ended_ = false;
    if (!address.socket.empty()) {
        sockaddr_un to = {};
        to.sun_family = AF_UNIX;
        copy(address.socket, to.sun_path);
        return start(&to, sizeof to, AF_UNIX);
    }
    char host[kMaxAddress];
    copy(address.host == "localhost" ? "127.0.0.1" : address.host, host);
    const std::uint16_t port = htons(read_port(address.port).value_or(0));
    sockaddr_in6 to6 = {};
    if (inet_pton(AF_INET6, host, &to6.sin6_addr) == 1) {
        to6.sin6_family = AF_INET6;
        to6.sin6_port = port;
        return start(&to6, sizeof to6, AF_INET6);
    }
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = port;
    broken_ = inet_pton(AF_INET, host, &to.sin_addr) != 1;
    if (!broken_) start(&to, sizeof to, AF_INET);
}

void LocalConnection::close() {
    if (fd_ >= 0) ::close(fd_);  // epoll forgets it by that
    fd_ = -1;
}

std::size_t LocalConnection::send(std::string_view bytes) {
    return moved(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void LocalConnection::expect_answer() {
    look_out_for(EPOLLIN, EPOLL_CTL_MOD);
}

std::size_t LocalConnection::receive(Buffer into) {
    const std::size_t size = moved(::recv(fd_, into.data, into.size, 0));
    ended_ = size == 0 && !broken_ && errno == 0;
    return size;
}

void LocalConnection::start(const void* address, std::size_t size, int family) {
    fd_ = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    broken_ = fd_ < 0;
    if (broken_) return;
    look_out_for(EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
    if (connect(fd_, static_cast<const sockaddr*>(address), static_cast<socklen_t>(size)) != 0 &&
        errno != EINPROGRESS) {
        broken_ = true;
    }
}

void LocalConnection::look_out_for(std::uint32_t events, int operation) {
    epoll_event event = {};
    event.events = events;
    // What is not looked out for would never be heard of.
    broken_ = epoll_ctl(epoll_, operation, fd_, &event) != 0 || broken_;
}

std::size_t LocalConnection::moved(std::ptrdiff_t result) {
    if (result >= 0) {
        errno = 0;
        return static_cast<std::size_t>(result);
    }
    broken_ = errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
    return 0;
}

}  // namespace cmagent::lib
