// The way of a request, from its head to the end of its answer.

#include <algorithm>

#include "platform/microhttpd/answer.h"
#include "platform/microhttpd/callbacks.h"
#include "platform/microhttpd/sign_of_life.h"

namespace cmagent::platform {

bool MicrohttpdPort::begin(HttpConnection& connection, const char* version) {
    const std::string_view spoken = version;
    connection.knows_interim = spoken == "HTTP/1.1";
    const auto why =
        connection.head.refusal({connection.received->target, connection.target_size}, spoken);
    if (why) return refuse(connection, *why);
    connection.phase = Phase::receiving;
    return true;
}

bool MicrohttpdPort::receive(HttpConnection& connection, const char* bytes, std::size_t size) {
    const bool room =
        has_room(connection, connection.body_size + size, kMaxBodies, &HttpConnection::body_size);
    if (room && connection.append(bytes, size)) return true;
    // A chunked body has no announced length. Here libmicrohttpd takes no answer any more.
    write_refusal(connection, room ? HttpRefusal::body_too_long : HttpRefusal::busy);
    return false;
}

// Whether the connection may hold as much, beside what the others hold of the same.
bool MicrohttpdPort::has_room(const HttpConnection& connection, std::size_t size, std::size_t most,
                              std::size_t HttpConnection::*held) const {
    std::size_t all = size;
    std::size_t own = size;
    for (const HttpConnection& other : connections_) {
        if (&other == &connection || other.phase == Phase::unused) continue;
        all += other.*held;
        own += other.caller == connection.caller ? other.*held : 0;
    }
    return size <= kShort || all == size || (all <= most && own <= share_of(most));
}

// An answer that is too long beside the others becomes one that says so. Its copy counts until its
// reader has taken it.
void MicrohttpdPort::admit(HttpConnection& connection, HttpResponse& response) {
    connection.caller = response.caller;
    if (response.lasting) return;
    if (!has_room(connection, response.body.size(), kMaxAnswers, &HttpConnection::answer_size)) {
        response = {};
        handler_->on_refused(HttpRefusal::busy, connection.head, response);
    }
    connection.answer_size = response.body.size();
}

bool MicrohttpdPort::serve(HttpConnection& connection, const char* method) {
    const std::string_view target{connection.received->target, connection.target_size};
    const std::size_t mark = std::min(target.find('?'), target.size());
    HttpRequest request;
    request.method = method;
    request.path = {target.data(), mark};
    if (mark < target.size()) {
        request.query = {target.data() + mark + 1, target.size() - mark - 1};
    }
    request.body = {connection.received->body, connection.body_size};
    request.headers = &connection.head;
    request.local_socket = connection.local_socket;
    request.user = connection.user;

    HttpResponse response;
    connection.ticket = ++last_ticket_;
    if (handler_->on_request(request, connection.ticket, response)) {
        admit(connection, response);
        if (response.source == nullptr) {
            const bool queued = queue(connection, response.status, last_answer_.get(response));
            last_answer_.forget_long();
            return queued;
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
    connection.end_request();
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
    HttpResponse admitted = response;
    admit(*connection, admitted);
    connection->answer = compose(*connection, admitted);
    connection->status = admitted.status;
    // libmicrohttpd reads before it writes, and gives up a connection that has nothing more to
    // read.
    if (admitted.source == nullptr && sign_of_life(connection->fd) == Sign::half_closed) {
        write_last_answer(connection->fd, admitted);
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

void MicrohttpdPort::drop(HttpSource& source) {
    for (HttpConnection& connection : connections_) {
        if (connection.source != &source) continue;
        now_ = clock_.boot_ms();
        connection.suspended ? abandon(connection) : give_up(connection);
    }
}

std::size_t MicrohttpdPort::unacknowledged(const HttpSource& source) const {
    for (const HttpConnection& connection : connections_) {
        if (connection.source == &source) return unacknowledged_bytes(connection.fd);
    }
    return 0;
}

void MicrohttpdPort::suspend(HttpConnection& connection) {
    MHD_suspend_connection(connection.handle);
    connection.suspended = true;
    connection.quiet = false;
    // Without the watch a client that has gone would be noticed only by the next write.
    (void)poller_.watch(connection.fd, kReading, connection);
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
    // After its end, or after bytes that are not read now, the connection can only break.
    if (connection.quiet || !may_still_read) {
        abandon(connection);
        return;
    }
    connection.quiet = true;
    poller_.change(connection.fd, {});
}

}  // namespace cmagent::platform
