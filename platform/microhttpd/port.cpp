#include "platform/microhttpd/port.h"

// Connections and deadlines. The way of a request is in requests.cpp.

#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "platform/microhttpd/callbacks.h"
#include "platform/microhttpd/sign_of_life.h"

namespace cmagent::platform {
namespace {

// The one difference between versions: since 0.9.77.7 libmicrohttpd can be told that there is one
// thread, and then takes connections and resumes them without locks and detours.
#if MHD_VERSION >= 0x00097707
constexpr unsigned kOneThread = MHD_USE_NO_THREAD_SAFETY;
#else
constexpr unsigned kOneThread = 0;
#endif

}  // namespace

const char* MicrohttpdPort::library() {
    return MHD_get_version();
}

bool MicrohttpdPort::start(HttpHandler& handler) {
    handler_ = &handler;
    for (unsigned i = 0; i < kMaxConnections; ++i) {
        connections_[i].port = this;
        connections_[i].reader.attach(received_[i]);
    }
    // No error log: it would name targets. No Date: the box may have no clock (RFC 9110 §6.6.1).
    // No time-out of libmicrohttpd's: it measures inactivity only.
    daemon_ = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET | kOneThread |
            MHD_USE_SUPPRESS_DATE_NO_CLOCK,
        0, nullptr, nullptr, &Callbacks::on_request, this, MHD_OPTION_CONNECTION_LIMIT,
        kMaxConnections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kPoolBytes,
        MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_NOTIFY_CONNECTION, &Callbacks::on_connection,
        this, MHD_OPTION_NOTIFY_COMPLETED, &Callbacks::on_completed, this, MHD_OPTION_END);
    if (daemon_ == nullptr) return false;
    const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD);
    epoll_ = info == nullptr ? -1 : info->epoll_fd;
    if (epoll_ >= 0 && poller_.watch(epoll_, kReading, *this)) return true;
    MHD_stop_daemon(daemon_);
    daemon_ = nullptr;
    return false;
}

void MicrohttpdPort::stop() {
    if (daemon_ == nullptr) return;
    poller_.unwatch(epoll_);
    // libmicrohttpd aborts when it is stopped with a suspended connection.
    for (HttpConnection& connection : connections_) {
        if (connection.suspended) abandon(connection);
    }
    MHD_stop_daemon(daemon_);
    daemon_ = nullptr;
    last_answer_.drop();
}

void MicrohttpdPort::on_connection(const AcceptedConnection& accepted) {
    now_ = clock_.boot_ms();
    // Until the handler says more: nobody, or a user of the box.
    const std::uint64_t caller = accepted.local_socket ? ~std::uint64_t{accepted.user} : 0;
    HttpConnection* const connection = find_place(caller);
    if (connection == nullptr) {
        close(accepted.fd);
        return;
    }
    connection->fd = accepted.fd;
    connection->local_socket = accepted.local_socket;
    connection->user = accepted.user;
    connection->caller = caller;
    connection->next_request(now_);
    must_run_ = true;
    if (MHD_add_connection(daemon_, accepted.fd, accepted.from, accepted.from_size) != MHD_YES) {
        connection->end();  // libmicrohttpd has closed it
    }
}

HttpConnection* MicrohttpdPort::connection_of(int fd) {
    for (HttpConnection& connection : connections_) {
        if (connection.phase != Phase::unused && connection.fd == fd) return &connection;
    }
    return nullptr;
}

unsigned MicrohttpdPort::connections() const {
    return static_cast<unsigned>(
        std::count_if(std::begin(connections_), std::end(connections_),
                      [](const HttpConnection& c) { return c.phase != Phase::unused; }));
}

// The record for a new connection. Where too few are free, or the caller has its share already, the
// least promising of the others, or of its own, is given up for it.
HttpConnection* MicrohttpdPort::find_place(std::uint64_t caller) {
    // One that was put off has said something.
    const auto promise = [](const HttpConnection& c) {
        return c.put_off != 0 ? Phase::sending : c.phase;
    };
    const auto less_promising = [promise](const HttpConnection& a, const HttpConnection& b) {
        return promise(a) != promise(b) ? promise(a) < promise(b) : a.since < b.since;
    };
    const auto is_own = [caller](const HttpConnection& connection) {
        return connection.phase != Phase::unused && connection.caller == caller;
    };
    const auto own = std::count_if(std::begin(connections_), std::end(connections_), is_own);
    const bool spent = own >= static_cast<std::ptrdiff_t>(share_of(kMaxConnections));
    if (spent || connections() >= kMaxConnections - kFreeConnections) {
        HttpConnection* victim = nullptr;
        for (HttpConnection& connection : connections_) {
            if (connection.phase < Phase::open || connection.phase > Phase::sending) continue;
            if (spent && !is_own(connection)) continue;
            if (victim == nullptr || less_promising(connection, *victim)) victim = &connection;
        }
        if (victim != nullptr) {
            give_up(*victim);
            run();
        }
    }
    for (HttpConnection& connection : connections_) {
        if (connection.phase == Phase::unused) return &connection;
    }
    return nullptr;
}

// The deadline of a connection on which it is the client's turn has come.
void MicrohttpdPort::end_turn(HttpConnection& connection) {
    const bool first_look = connection.phase == Phase::open && !connection.lingers;
    connection.lingers = true;
    if (first_look && sign_of_life(connection.fd) != Sign::half_closed) return;
    give_up(connection);
}

// Ends a connection on which it is the client's turn.
void MicrohttpdPort::give_up(HttpConnection& connection) {
    if (connection.phase == Phase::reading) {
        HttpResponse response;
        handler_->on_refused(HttpRefusal::too_slow, connection.reader.head(), response);
        write_last_answer(connection.fd, response);
    }
    connection.phase = Phase::closing;
    connection.release_source();
    shutdown(connection.fd, SHUT_RDWR);  // which libmicrohttpd's epoll reports
    must_run_ = true;
}

std::int64_t MicrohttpdPort::next_deadline() const {
    if (must_run_) return now_;
    MHD_UNSIGNED_LONG_LONG timeout = 0;
    if (MHD_get_timeout(daemon_, &timeout) == MHD_YES) {
        return now_ + static_cast<std::int64_t>(timeout);
    }
    std::int64_t next = give_back_at_;
    for (const HttpConnection& connection : connections_)
        next = std::min(next, connection.deadline());
    return next;
}

void MicrohttpdPort::on_time(std::int64_t now) {
    if (now < next_deadline()) {
        pressed_turns_ = 0;
        return;
    }
    now_ = now;
    to_be_heard_ = 0;
    if (has_news_) run();  // an order to stop that a page waits for, before anybody is heard
    has_news_ = false;
    to_be_heard_ = kHeardInATurn;
    run();  // bytes that came in time count, although the loop wakes late (standby)
    bool ended = false;
    bool all_heard = true;
    for (HttpConnection& connection : connections_) {
        all_heard = all_heard && connection.put_off == 0;
        const bool due = connection.deadline() <= now;
        if (due) end_turn(connection);
        ended = ended || due;
    }
    pressed_turns_ = all_heard ? 0 : pressed_turns_ + 1;
    if (ended) run();
    if (give_back_at_ <= now) give_back_memory();
}

bool MicrohttpdPort::take_quiet() {
    return std::exchange(is_quiet_, false);
}

void MicrohttpdPort::give_back_memory() {
    give_back_at_ = INT64_MAX;
    for (HttpConnection& connection : connections_) {
        if (connection.phase == Phase::unused) connection.reader.give_back();
    }
    is_quiet_ = true;
}

// Not here, where others may be ready whose turn comes first.
void MicrohttpdPort::on_ready(Interest /*ready*/) {
    must_run_ = true;
}

}  // namespace cmagent::platform
