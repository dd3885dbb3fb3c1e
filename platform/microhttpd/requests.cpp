// The way of a request, from its head to the end of its answer.

#include <algorithm>

#include "platform/microhttpd/answer.h"
#include "platform/microhttpd/callbacks.h"
#include "platform/microhttpd/sign_of_life.h"

namespace cmagent::platform {

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
        handler_->on_refused(HttpRefusal::busy, connection.reader.head(), response);
    }
    connection.answer_size = response.body.size();
}

void MicrohttpdPort::serve(HttpConnection& connection) {
    const Head& head = connection.reader.head();
    connection.closes = !head.persists();
    HttpRequest request;
    request.method = head.method();
    request.path = head.path();
    request.query = head.query();
    request.body = connection.reader.body();
    request.headers = &head;
    request.local_socket = connection.local_socket;
    request.user = connection.user;

    response_ = {};
    answered_ = nullptr;
    connection.ticket = ++last_ticket_;
    if (handler_->on_request(request, connection.ticket, response_)) {
        admit(connection, response_);
        make_ready(connection);
    } else {
        connection.phase = Phase::waiting;
    }
}

void MicrohttpdPort::refuse(HttpConnection& connection, HttpRefusal why) {
    connection.closes = true;
    response_ = {};
    handler_->on_refused(why, connection.reader.head(), response_);
    make_ready(connection);
}

// response_ is the answer.
void MicrohttpdPort::make_ready(HttpConnection& connection) {
    const Head& head = connection.reader.head();
    connection.phase = Phase::sending;
    connection.since = now_;
    const bool unsized =
        response_.status == 304 ||
        (head.method() == "HEAD" && response_.status == 200 && response_.body.empty());
    if (unsized) {
        const bool last = connection.closes || !head.speaks_1_1();
        if (write_unsized_answer(connection.fd, response_, last) && !last)
            return connection.next_request(now_);
        connection.phase = Phase::closing;
    } else if (response_.source != nullptr) {
        connection.answer = compose(connection, response_);
        connection.status = response_.status;
    } else {
        answered_ = &connection;
    }
}

bool MicrohttpdPort::answer(HttpConnection& connection) {
    if (answered_ == &connection) {
        answered_ = nullptr;
        const bool queued = queue(connection, response_.status, last_answer_.get(response_));
        last_answer_.forget_long();
        return queued;
    }
    if (connection.status != 0) return queue(connection, connection.status, connection.answer);
    if (connection.phase != Phase::waiting) return false;
    suspend(connection);
    return true;
}

// libmicrohttpd is done with the request, or has lost the connection.
void MicrohttpdPort::finish(HttpConnection& connection) {
    connection.release_source();
    if (connection.answer != nullptr) MHD_destroy_response(connection.answer);
    connection.answer = nullptr;
    if (connection.phase == Phase::closing) return;
    connection.next_request(now_);
}

// The connection is over, perhaps before libmicrohttpd has asked for the answer.
void MicrohttpdPort::end(HttpConnection& connection) {
    if (connection.phase == Phase::waiting) handler_->on_abandoned(connection.ticket);
    if (answered_ == &connection) answered_ = nullptr;
    finish(connection);
    connection.end();
    give_back_at_ = now_ + kGiveBackMs;
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
    must_run_ = has_news_ = true;
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
        sign == Sign::talking ||
        (sign == Sign::half_closed && connection.phase == Phase::waiting &&
         (!connection.reader.head().speaks_1_1() || send_probe(connection.fd)));
    // After its end, or after bytes that are not read now, the connection can only break.
    if (connection.quiet || !may_still_read) {
        abandon(connection);
        return;
    }
    connection.quiet = true;
    poller_.change(connection.fd, {});
}

}  // namespace cmagent::platform
