// Requests are read here, and not by libmicrohttpd, of which no version takes HTTP as strictly as a
// port that is to be judged by its guard has to (hazards.md 14, 20 and 39), and whose own refusals
// would go past that guard. libmicrohttpd reads its sockets with recv(2). A program that brings this
// function itself is linked with it, statically or not: libmicrohttpd is told that nothing has come
// until a request is complete and sound, or refused; then it reads a head of ours, always the same
// but for HEAD, for the version and for the end of the connection, and asks for the answer.

#include <microhttpd.h>
#include <sys/socket.h>

#include <cerrno>

#include "agent/base/text_writer.h"
#include "platform/microhttpd/answer.h"
#include "platform/microhttpd/port.h"
#include "platform/microhttpd/sign_of_life.h"

namespace cmagent::platform {
namespace {

ssize_t receive(int fd, void* into, std::size_t size, int flags) {
    return recvfrom(fd, into, size, flags, nullptr, nullptr);
}

// The port that libmicrohttpd works for at this moment.
MicrohttpdPort* g_running = nullptr;

// It is the client's turn.
bool is_to_speak(const HttpConnection& connection) {
    return connection.phase == Phase::open || connection.phase == Phase::reading;
}

ssize_t nothing_yet() {
    errno = EAGAIN;
    return -1;
}

// What stands for a request that libmicrohttpd is to answer.
ssize_t write_stand_in(const HttpConnection& connection, Buffer into) {
    const Head& head = connection.reader.head();
    TextWriter out(into);
    out << (head.method() == "HEAD" ? "HEAD" : "GET") << " / HTTP/1."
        << (head.speaks_1_1() ? "1" : "0") << "\r\nHost: x\r\n";
    if (connection.closes) {
        out << "Connection: close\r\n";
    } else if (!head.speaks_1_1()) {
        out << "Connection: Keep-Alive\r\n";
    }
    out << "\r\n";
    return static_cast<ssize_t>(out.view().size());
}

}  // namespace

void MicrohttpdPort::run() {
    must_run_ = false;
    g_running = this;
    (void)MHD_run(daemon_);
    g_running = nullptr;
    for (HttpConnection& connection : connections_) {
        if (connection.unread && connection.phase == Phase::open) read_again(connection);
        // Nobody had to wait; some may have gone without having been heard.
        if (to_be_heard_ > 0) connection.put_off = 0;
    }
}

// libmicrohttpd waits for an edge of epoll, and bytes are there already.
void MicrohttpdPort::read_again(HttpConnection& connection) {
    connection.unread = false;
    MHD_suspend_connection(connection.handle);
    MHD_resume_connection(connection.handle);
    must_run_ = true;
}

// Whether it is the connection's turn to be heard: in the order in which they were put off, so that
// a client that asks all the time pushes nobody aside.
bool MicrohttpdPort::may_be_heard(HttpConnection& connection) {
    unsigned before = 0;
    for (const HttpConnection& other : connections_) {
        const bool longer = connection.put_off == 0 || other.put_off < connection.put_off;
        before += other.put_off != 0 && longer ? 1 : 0;
    }
    const bool may = before < to_be_heard_;
    if (may) {
        connection.put_off = 0;
    } else if (connection.put_off == 0) {
        connection.put_off = ++put_offs_;
    }
    return may;
}

// In place of recv(2) for a connection of libmicrohttpd's.
ssize_t MicrohttpdPort::read(HttpConnection& connection, Buffer into) {
    if (!is_to_speak(connection) || may_be_heard(connection)) return hear(connection, into);
    must_run_ = true;
    errno = EINTR;  // with which libmicrohttpd asks again in its next run
    return -1;
}

ssize_t MicrohttpdPort::hear(HttpConnection& connection, Buffer into) {
    bool counted = false;  // among those that are heard in this turn
    const auto count = [&] {
        to_be_heard_ -= counted ? 0 : 1;
        counted = true;
    };
    while (is_to_speak(connection) && (counted || to_be_heard_ > 0)) {
        const auto why = take_request(connection);
        if (why || connection.reader.part() == RequestReader::Part::complete) {
            count();
            counted = false;
            why ? refuse(connection, *why) : serve(connection);
        } else {
            const Buffer room = connection.reader.room();
            const ssize_t got = receive(connection.fd, room.data, room.size, 0);
            if (got <= 0) return got;
            count();
            connection.unread = static_cast<std::size_t>(got) == room.size;
            connection.reader.add(static_cast<std::size_t>(got));
            continue;
        }
        connection.unread = connection.unread || connection.reader.has_more();
        if (connection.phase == Phase::closing) return 0;
        if (connection.phase != Phase::open) return write_stand_in(connection, into);
    }
    connection.unread = true;
    return nothing_yet();
}

std::optional<HttpRefusal> MicrohttpdPort::take_request(HttpConnection& connection) {
    RequestReader& reader = connection.reader;
    const bool had_head = reader.part() == RequestReader::Part::body;
    if (const auto why = reader.read_on()) return why;
    if (reader.part() != RequestReader::Part::nothing) connection.phase = Phase::reading;
    const std::size_t size = reader.body().size();
    if (!has_room(connection, size, kMaxBodies, &HttpConnection::body_size))
        return HttpRefusal::busy;
    connection.body_size = size;
    const bool begins = reader.part() == RequestReader::Part::body && !had_head && size == 0;
    if (begins && reader.head().waits_for_interim()) (void)send_probe(connection.fd);
    return std::nullopt;
}

}  // namespace cmagent::platform

// NOLINTNEXTLINE(readability-identifier-naming): the C library's
extern "C" [[gnu::visibility("default")]] ssize_t recv(int fd, void* into, std::size_t size,
                                                       int flags) {
    using cmagent::platform::g_running;
    cmagent::platform::HttpConnection* const connection =
        g_running == nullptr ? nullptr : g_running->connection_of(fd);
    if (connection == nullptr) return cmagent::platform::receive(fd, into, size, flags);
    return g_running->read(*connection, {static_cast<char*>(into), size});
}
