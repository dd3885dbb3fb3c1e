#include "platform/linux/tcp_stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "agent/base/text_writer.h"
#include "platform/linux/socket_address.h"

namespace cmagent::platform {
namespace {

// Unacknowledged data is given up after this: a NAT that forgot us (stream.h).
constexpr unsigned kUserTimeoutMs = 10'000;

// Options that a kernel lacks are done without.
void set_options(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUserTimeoutMs, sizeof kUserTimeoutMs);
}

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

// `error` is an errno; 0: the system has no word for it.
void TcpStream::blame(StreamFault fault, int error) {
    fault_ = fault;
    if (error == 0) return;
    char bytes[decltype(detail_)::capacity()];
    TextWriter detail(bytes, WhenFull::cut);
    detail << detail_.view() << ": " << std::strerror(error);
    (void)detail_.assign(detail.view());
}

Stream::Progress TcpStream::fail(int error) {
    blame(StreamFault::connect_failed, error);
    return Progress::failed;
}

Stream::Progress TcpStream::open(const Address& peer, std::string_view) {
    close();
    const SocketAddress address = to_socket_address(peer);
    (void)detail_.assign(format(address).view());
    socket_.reset(socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_.valid()) return fail(errno);
    set_options(socket_.get());
    if (connect(socket_.get(), address.get(), address.size) == 0) {
        wanted_ = kReading;
        return Progress::done;
    }
    // An interrupted connect() goes on by itself, as one that would block.
    if (errno != EINPROGRESS && errno != EINTR) return fail(errno);
    wanted_ = kWriting;
    return Progress::wait;
}

Stream::Progress TcpStream::advance() {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
        return fail(error);
    }
    // No error and no peer: not connected yet (the caller did not wait for readiness).
    sockaddr_storage peer = {};
    size = sizeof peer;
    if (getpeername(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
        return errno == ENOTCONN ? Progress::wait : fail(errno);
    }
    wanted_ = kReading;
    return Progress::done;
}

Stream::Moved TcpStream::read(char* into, std::size_t size) {
    const ssize_t got = recv(socket_.get(), into, size, 0);
    if (got > 0) return Moved::some(static_cast<std::size_t>(got));
    wanted_ = kReading;
    if (got == 0) return size > 0 ? Moved::ended() : Moved::nothing();
    if (would_block()) return Moved::nothing();
    blame(StreamFault::closed, errno);
    return Moved::failure();
}

Stream::Moved TcpStream::write(const char* from, std::size_t size) {
    const ssize_t sent = send(socket_.get(), from, size, MSG_NOSIGNAL);
    if (sent >= 0) {
        wanted_ = kReading;
        return Moved::some(static_cast<std::size_t>(sent));
    }
    if (would_block()) {
        wanted_ = kWriting;
        return Moved::nothing();
    }
    blame(StreamFault::closed, errno);
    return Moved::failure();
}

void TcpStream::close() {
    socket_.reset();
    wanted_ = {};
    fault_ = StreamFault::none;
}

}  // namespace cmagent::platform
