#include "platform/microhttpd/port.h"

#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/microhttpd/answer.h"

namespace cmagent::platform {
namespace {

// The one difference between versions: since 0.9.77.7 libmicrohttpd can be told that there is one
// thread, and then takes connections and resumes them without locks and detours.
#if MHD_VERSION >= 0x00097707
constexpr unsigned kOneThread = MHD_USE_NO_THREAD_SAFETY;
#else
constexpr unsigned kOneThread = 0;
#endif

// RFC 9110 §15.2: a client reads over any interim answer, expected or not.
constexpr std::string_view kProbe = "HTTP/1.1 100 Continue\r\n\r\n";

enum class Sign : std::uint8_t { silent, talking, half_closed, broken };

Sign sign_of_life(int fd) {
    char byte = 0;
    const ssize_t size = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (size > 0) return Sign::talking;
    if (size == 0) return Sign::half_closed;
    return errno == EAGAIN || errno == EINTR ? Sign::silent : Sign::broken;
}

bool send_probe(int fd) {
    return send(fd, kProbe.data(), kProbe.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(kProbe.size());
}

}  // namespace

// Bridges from C to the member functions.
struct MicrohttpdPort::Callbacks {
    static MicrohttpdPort& port(void* self) { return *static_cast<MicrohttpdPort*>(self); }

    static void on_connection(void* self, MHD_Connection* handle, void** context,
                              MHD_ConnectionNotificationCode what) {
        if (what == MHD_CONNECTION_NOTIFY_STARTED) {
            HttpConnection* const connection = port(self).find(
                MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
            connection->handle = handle;
            connection->head.attach(handle);
            *context = connection;
        } else {
            static_cast<HttpConnection*>(*context)->phase = Phase::unused;
        }
    }

    // The request line has come; `target` is still as the client wrote it.
    static void* on_target(void*, const char* target, MHD_Connection* handle) {
        auto* const connection = static_cast<HttpConnection*>(
            MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context);
        const std::size_t size = target == nullptr ? 0 : std::strlen(target);
        connection->target_size = std::min(size, kMaxTarget);
        if (size > 0) std::memcpy(connection->target, target, connection->target_size);
        if (connection->phase == Phase::open) connection->phase = Phase::heading;
        return connection;
    }

    static std::size_t on_unescape(void*, MHD_Connection*, char* text) { return std::strlen(text); }

    static MHD_Result on_request(void* self, MHD_Connection*, const char*, const char* method,
                                 const char* version, const char* bytes, std::size_t* size,
                                 void** context) {
        HttpConnection& connection = *static_cast<HttpConnection*>(*context);
        const std::size_t offered = *size;
        *size = 0;  // all of it is taken, always
        switch (connection.phase) {
            case Phase::heading:
                *size = offered;  // the first call must not touch it
                return port(self).begin(connection, version) ? MHD_YES : MHD_NO;
            case Phase::receiving:
                return (offered > 0 ? port(self).receive(connection, bytes, offered)
                                    : port(self).serve(connection, method))
                           ? MHD_YES
                           : MHD_NO;
            case Phase::waiting:
                return port(self).deliver(connection) ? MHD_YES : MHD_NO;
            case Phase::refused:
                return MHD_YES;
            default:
                return MHD_NO;
        }
    }

    static void on_completed(void* self, MHD_Connection*, void** context,
                             MHD_RequestTerminationCode) {
        if (*context != nullptr) port(self).finish(*static_cast<HttpConnection*>(*context));
    }

    static ssize_t on_content(void* context, std::uint64_t, char* into, std::size_t size) {
        HttpConnection& connection = *static_cast<HttpConnection*>(context);
        if (connection.source == nullptr) return MHD_CONTENT_READER_END_WITH_ERROR;
        const HttpSource::Taken taken = connection.source->take(into, size);
        connection.since = connection.port->now_;
        if (taken.bytes > 0) return static_cast<ssize_t>(taken.bytes);
        if (taken.end) return MHD_CONTENT_READER_END_OF_STREAM;
        connection.port->suspend(connection);
        return 0;
    }
};

bool MicrohttpdPort::start(HttpHandler& handler) {
    handler_ = &handler;
    for (HttpConnection& connection : connections_) connection.port = this;
    // No error log: it would name targets. No Date: the box may have no clock (RFC 9110 §6.6.1).
    // No time-out of libmicrohttpd's: it measures inactivity only.
    daemon_ = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET | kOneThread |
            MHD_USE_SUPPRESS_DATE_NO_CLOCK,
        0, nullptr, nullptr, &Callbacks::on_request, this, MHD_OPTION_CONNECTION_LIMIT,
        kMaxConnections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kPoolBytes,
        MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_NOTIFY_CONNECTION, &Callbacks::on_connection,
        this, MHD_OPTION_NOTIFY_COMPLETED, &Callbacks::on_completed, this,
        MHD_OPTION_URI_LOG_CALLBACK, &Callbacks::on_target, this, MHD_OPTION_UNESCAPE_CALLBACK,
        &Callbacks::on_unescape, this, MHD_OPTION_END);
    if (daemon_ == nullptr) return false;
    const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD);
    epoll_ = info == nullptr ? -1 : info->epoll_fd;
    if (epoll_ >= 0 && poller_.watch(epoll_, {true, false}, *this)) return true;
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

void MicrohttpdPort::on_connection(const Connection& accepted) {
    now_ = clock_.boot_ms();
    HttpConnection* const connection = find_place();
    if (connection == nullptr) {
        close(accepted.fd);
        return;
    }
    connection->fd = accepted.fd;
    connection->local_socket = accepted.local_socket;
    connection->next_request(now_);
    must_run_ = true;
    if (MHD_add_connection(daemon_, accepted.fd, accepted.from, accepted.from_size) != MHD_YES) {
        connection->phase = Phase::unused;  // libmicrohttpd has closed it
    }
}

HttpConnection* MicrohttpdPort::find(int fd) {
    return std::find_if(
        std::begin(connections_), std::end(connections_),
        [fd](const HttpConnection& c) { return c.phase != Phase::unused && c.fd == fd; });
}

unsigned MicrohttpdPort::connections() const {
    return static_cast<unsigned>(
        std::count_if(std::begin(connections_), std::end(connections_),
                      [](const HttpConnection& c) { return c.phase != Phase::unused; }));
}

// The record for a new connection. Where too few are free, the least promising of the others is
// given up for it.
HttpConnection* MicrohttpdPort::find_place() {
    const auto less_promising = [](const HttpConnection& a, const HttpConnection& b) {
        return a.phase != b.phase ? a.phase < b.phase : a.since < b.since;
    };
    if (connections() >= kMaxConnections - kFreeConnections) {
        HttpConnection* victim = nullptr;
        for (HttpConnection& connection : connections_) {
            if (connection.phase < Phase::open || connection.phase > Phase::sending) continue;
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

// Time has come for a connection on which it is the client's turn.
void MicrohttpdPort::end_turn(HttpConnection& connection) {
    const bool first_look = connection.phase == Phase::open && !connection.lingers;
    connection.lingers = true;
    if (first_look && sign_of_life(connection.fd) != Sign::half_closed) return;
    give_up(connection);
}

// Ends a connection on which it is the client's turn.
void MicrohttpdPort::give_up(HttpConnection& connection) {
    if (connection.phase == Phase::heading || connection.phase == Phase::receiving) {
        write_refusal(connection, HttpRefusal::too_slow);
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
    std::int64_t next = INT64_MAX;
    for (const HttpConnection& connection : connections_)
        next = std::min(next, connection.deadline());
    return next;
}

void MicrohttpdPort::on_time(std::int64_t now) {
    if (now < next_deadline()) return;
    now_ = now;
    run();  // what has come in time is not given up, although we look late (standby)
    for (HttpConnection& connection : connections_) {
        if (connection.deadline() <= now) end_turn(connection);
    }
    if (must_run_) run();
}

void MicrohttpdPort::on_ready(Interest /*ready*/) {
    now_ = clock_.boot_ms();
    run();
}

void MicrohttpdPort::run() {
    must_run_ = false;
    (void)MHD_run(daemon_);
}

bool MicrohttpdPort::begin(HttpConnection& connection, const char* version) {
    const std::string_view spoken = version;
    connection.knows_interim = spoken == "HTTP/1.1";
    const auto why = connection.head.refusal({connection.target, connection.target_size}, spoken);
    if (why) return refuse(connection, *why);
    connection.phase = Phase::receiving;
    return true;
}

bool MicrohttpdPort::receive(HttpConnection& connection, const char* bytes, std::size_t size) {
    if (connection.append(bytes, size)) return true;
    // A chunked body has no announced length. Here libmicrohttpd takes no answer any more.
    write_refusal(connection, HttpRefusal::body_too_long);
    return false;
}

bool MicrohttpdPort::serve(HttpConnection& connection, const char* method) {
    const std::string_view target{connection.target, connection.target_size};
    const std::size_t mark = std::min(target.find('?'), target.size());
    HttpRequest request;
    request.method = method;
    request.path = {target.data(), mark};
    if (mark < target.size()) {
        request.query = {target.data() + mark + 1, target.size() - mark - 1};
    }
    request.body = {connection.body, connection.body_size};
    request.headers = &connection.head;
    request.local_socket = connection.local_socket;

    HttpResponse response;
    connection.ticket = ++last_ticket_;
    if (handler_->on_request(request, connection.ticket, response)) {
        if (response.source == nullptr) {
            return queue(connection, response.status, last_answer_.get(response));
        }
        MHD_Response* const stream = compose(connection, response);
        const bool queued = queue(connection, response.status, stream);
        if (stream != nullptr) MHD_destroy_response(stream);
        return queued;
    }
    connection.phase = Phase::waiting;
    suspend(connection);
    return true;
}

bool MicrohttpdPort::deliver(HttpConnection& connection) {
    return queue(connection, connection.status, connection.answer);
}

// libmicrohttpd is done with the request, or has lost the connection.
void MicrohttpdPort::finish(HttpConnection& connection) {
    connection.release_source();
    if (connection.answer != nullptr) MHD_destroy_response(connection.answer);
    connection.answer = nullptr;
    if (connection.phase == Phase::closing) return;
    connection.next_request(now_);
}

// An answer before the body is read: libmicrohttpd closes the connection after it.
bool MicrohttpdPort::refuse(HttpConnection& connection, HttpRefusal why) {
    HttpResponse response;
    handler_->on_refused(why, connection.head, response);
    if (!queue(connection, response.status, last_answer_.get(response))) return false;
    connection.phase = Phase::refused;
    return true;
}

void MicrohttpdPort::write_refusal(HttpConnection& connection, HttpRefusal why) {
    HttpResponse response;
    handler_->on_refused(why, connection.head, response);
    write_last_answer(connection.fd, response);
}

MHD_Response* MicrohttpdPort::compose(HttpConnection& connection, const HttpResponse& response) {
    if (response.source == nullptr) return make_answer(response);
    connection.source = response.source;
    MHD_Response* const answer = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, kStreamBlock, &Callbacks::on_content, &connection, nullptr);
    if (answer != nullptr) {
        add_fields(answer, response);
    } else {
        connection.release_source();
    }
    return answer;
}

bool MicrohttpdPort::queue(HttpConnection& connection, int status, MHD_Response* answer) {
    if (answer == nullptr) return false;
    connection.phase = connection.source == nullptr ? Phase::sending : Phase::streaming;
    connection.since = now_;
    return MHD_queue_response(connection.handle, static_cast<unsigned>(status), answer) == MHD_YES;
}

void MicrohttpdPort::respond(HttpTicket ticket, const HttpResponse& response) {
    const auto waits = [ticket](const HttpConnection& c) {
        return c.phase == Phase::waiting && c.suspended && c.ticket == ticket;
    };
    auto* const connection = std::find_if(std::begin(connections_), std::end(connections_), waits);
    if (connection == std::end(connections_)) {
        if (response.source != nullptr) response.source->gone();
        return;
    }
    now_ = clock_.boot_ms();
    connection->answer = compose(*connection, response);
    connection->status = response.status;
    // libmicrohttpd reads before it writes, and gives up a connection that has nothing more to
    // read.
    if (response.source == nullptr && sign_of_life(connection->fd) == Sign::half_closed) {
        write_last_answer(connection->fd, response);
        connection->phase = Phase::closing;
    }
    resume(*connection);
}

void MicrohttpdPort::wake(HttpSource& source) {
    for (HttpConnection& connection : connections_) {
        if (connection.source != &source || !connection.suspended) continue;
        now_ = clock_.boot_ms();
        resume(connection);
    }
}

void MicrohttpdPort::suspend(HttpConnection& connection) {
    MHD_suspend_connection(connection.handle);
    connection.suspended = true;
    connection.quiet = false;
    // Without the watch we would only learn when we write that the client has gone.
    (void)poller_.watch(connection.fd, {true, false}, connection);
}

void MicrohttpdPort::resume(HttpConnection& connection) {
    poller_.unwatch(connection.fd);
    connection.suspended = false;
    connection.since = now_;
    MHD_resume_connection(connection.handle);
    must_run_ = true;
}

// The client of a suspended connection has gone.
void MicrohttpdPort::abandon(HttpConnection& connection) {
    const bool waited = connection.phase == Phase::waiting;
    connection.phase = Phase::closing;
    if (waited) handler_->on_abandoned(connection.ticket);
    connection.release_source();
    resume(connection);
}

void MicrohttpdPort::on_client_stirs(HttpConnection& connection) {
    now_ = clock_.boot_ms();
    const Sign sign = sign_of_life(connection.fd);
    if (sign == Sign::silent) return;
    const bool may_still_read =
        sign == Sign::talking || (sign == Sign::half_closed && connection.phase == Phase::waiting &&
                                  (!connection.knows_interim || send_probe(connection.fd)));
    // What comes after the end, or after bytes that are not read now, can only be a break.
    if (connection.quiet || !may_still_read) {
        abandon(connection);
        return;
    }
    connection.quiet = true;
    poller_.change(connection.fd, {});
}

}  // namespace cmagent::platform
