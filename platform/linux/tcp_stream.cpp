#include "platform/linux/tcp_stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/base/text_writer.h"
#include "platform/linux/socket_address.h"

namespace cmagent::platform {
namespace {

// Unacknowledged data is given up after this (stream.h).
constexpr unsigned kUserTimeoutMs = 120'000;

// Options that a kernel lacks are done without.
void set_options(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUserTimeoutMs, sizeof kUserTimeoutMs);
}

// Of a connection that was begun: 0: it is up; EINPROGRESS: not yet; else why it is not.
int outcome_of(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    if (error != 0) return error;
    sockaddr_storage peer = {};
    size = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0) return 0;
    return errno == ENOTCONN ? EINPROGRESS : errno;
}

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

// From here on detail() and peer() are about this one.
void TcpStream::speak_of(const Address& peer) {
    peer_ = peer;
    (void)detail_.assign(format(to_socket_address(peer)).view());
}

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
    race_.reset(epoll_create1(EPOLL_CLOEXEC));
    return also_try(peer);
}

Stream::Progress TcpStream::also_try(const Address& peer) {
    if (trying_ == kMaxTried) let_go(0);
    const SocketAddress address = to_socket_address(peer);
    speak_of(peer);
    Descriptor fresh(socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fresh.valid()) return fail(errno);
    set_options(fresh.get());
    // An interrupted connect() goes on by itself, as one that would block.
    const bool begun = connect(fresh.get(), address.get(), address.size) == 0 ||
                       errno == EINPROGRESS || errno == EINTR;
    epoll_event event = {};
    event.events = EPOLLOUT;
    if (!begun || epoll_ctl(race_.get(), EPOLL_CTL_ADD, fresh.get(), &event) != 0)
        return fail(errno);
    attempts_[trying_].socket = std::move(fresh);
    attempts_[trying_++].peer = peer;
    wanted_ = kReading;
    return Progress::wait;
}

Stream::Progress TcpStream::advance() {
    for (std::size_t i = 0; i < trying_; i++) {
        const int outcome = outcome_of(attempts_[i].socket.get());
        if (outcome == EINPROGRESS) continue;
        speak_of(attempts_[i].peer);
        if (outcome == 0) {
            socket_ = std::move(attempts_[i].socket);
            let_all_go();
            return Progress::done;
        }
        let_go(i);
        return fail(outcome);
    }
    if (trying_ > 0) return Progress::wait;
    return socket_.valid() ? Progress::done : Progress::failed;
}

void TcpStream::let_go(std::size_t attempt) {
    trying_--;
    for (; attempt < trying_; attempt++) attempts_[attempt] = std::move(attempts_[attempt + 1]);
    attempts_[trying_].socket.reset();
}

void TcpStream::let_all_go() {
    while (trying_ > 0) let_go(trying_ - 1);
    race_.reset();
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
    let_all_go();
    socket_.reset();
    wanted_ = {};
    fault_ = StreamFault::none;
}

}  // namespace cmagent::platform
