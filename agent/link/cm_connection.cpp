#include "agent/link/cm_connection.h"

#include <algorithm>

#include "agent/base/wipe.h"

namespace cmagent::link {
namespace {

cm::Answer unreachable(std::string_view reason) {
    return cm::no_response(cm::Meaning::unreachable, reason);
}

platform::Interest operator|(platform::Interest a, platform::Interest b) {
    return {a.read || b.read, a.write || b.write};
}

}  // namespace

CmConnection::CmConnection(platform::Stream& stream, const LinkWorld& world, AddressBook& book,
                           LinkCounters& counters, CmConnectionListener& listener)
    : stream_(stream),
      world_(world),
      book_(book),
      counters_(counters),
      listener_(listener),
      connector_(stream, world.resolver, world.poller, world.clock, book, *this),
      reader_({body_, sizeof body_}) {}

void CmConnection::close() {
    close_stream();
    forget();
}

Time CmConnection::next_deadline() const {
    if (state_ == State::idle) return idle_since_ + kIdleTimeout;
    if (unread_) return Time{};
    // Either is kNever while there is none: no attempt to connect, no exchange.
    return earlier(connector_.next_deadline(), current_.deadline);
}

void CmConnection::on_time(Time now) {
    if (now < next_deadline()) return;
    if (state_ == State::connecting && connector_.next_deadline() <= now)
        return connector_.on_time(now);
    if (state_ == State::connecting) return finish(unreachable("timed-out"), now);
    if (unread_ && now < current_.deadline) return advance_exchange();
    const cm::Answer answer = read_answer();
    if (state_ == State::exchanging) leave_peer();
    close_stream();
    finish(answer, now);
}

// --- the connection ---

void CmConnection::connect() {
    state_ = State::connecting;
    connector_.start(world_.settings.endpoint, world_.settings.connect_timeout);
}

void CmConnection::on_connected() {
    watched_ = stream_.wanted();
    if (!world_.poller.watch(stream_.descriptor(), watched_, *this, platform::Rank::first)) {
        stream_.close();
        return on_connect_failed(unreachable("not-watched"));
    }
    ++counters_.connections;
    counters_.handshakes[stream_.resumed() ? 1 : 0] += world_.settings.endpoint.tls ? 1 : 0;
    used_ = failed_ = false;
    become_idle();
    current_.pending ? transmit() : listener_.on_connection_open(*this);
}

void CmConnection::on_connect_failed(const cm::Answer& failure) {
    ++counters_.failures;
    state_ = State::closed;
    forget();
    listener_.on_connection_failed(*this, failure);
}

// Whether the server has closed a kept connection, or sent bytes that belong to no exchange.
bool CmConnection::has_ended() {
    const platform::Stream::Moved moved = stream_.read(portion_, sizeof portion_);
    return moved.bytes > 0 || moved.end || moved.failed;
}

void CmConnection::become_idle() {
    state_ = State::idle;
    idle_since_ = now();
    watch_for(platform::kReading);
}

void CmConnection::close_stream() {
    connector_.stop();
    if (is_open()) {
        world_.poller.unwatch(stream_.descriptor());
        stream_.close();
    }
    state_ = State::closed;
    unread_ = false;
}

// The next connection leads to another address, where there is one.
void CmConnection::leave_peer() {
    book_.note_failed(stream_.peer(), now());
}

void CmConnection::watch_for(platform::Interest interest) {
    if (interest.read == watched_.read && interest.write == watched_.write) return;
    watched_ = interest;
    world_.poller.change(stream_.descriptor(), interest);
}

void CmConnection::on_ready(platform::Interest) {
    if (state_ == State::exchanging) return advance_exchange();
    has_ended() ? close_stream() : watch_for(stream_.wanted());
}

// --- the exchange ---

void CmConnection::send(const cm::Request& request, Millis allowance) {
    current_ = {};
    current_.pending = true;
    current_.call = request.call;
    current_.allowance = allowance;
    current_.connected_by = now() + allowance;
    current_.size = cm::write(world_.settings.endpoint, request, {request_, sizeof request_});
    // A request within the limits of cm/limits.h fits. One that cannot be written must end here: no
    // deadline would end it.
    if (current_.size == 0) {
        return finish(cm::no_response(cm::Meaning::invalid, "request-not-written"), now());
    }
    const bool usable = !has_ended() && !(request.fresh && used_);
    usable ? transmit() : connect_anew();
}

void CmConnection::connect_anew() {
    if (current_.moved) leave_peer();
    close_stream();
    current_.deadline = current_.connected_by;
    connect();
}

void CmConnection::transmit() {
    ++counters_.requests;
    state_ = State::exchanging;
    current_.written = 0;
    current_.begun = now();
    current_.deadline =
        current_.begun + std::min(current_.allowance, world_.settings.request_timeout);
    reader_.reset();
    advance_exchange();
}

// False when nothing more can be written. `wanted`: the readiness to watch for in order to go on.
bool CmConnection::write_request(platform::Interest& wanted) {
    while (current_.written < current_.size) {
        const platform::Stream::Moved moved =
            stream_.write(request_ + current_.written, current_.size - current_.written);
        current_.written += moved.bytes;
        counters_.bytes_sent += moved.bytes;
        if (moved.failed) return false;
        if (moved.bytes == 0) {
            wanted = stream_.wanted();
            return true;
        }
    }
    return true;
}

void CmConnection::advance_exchange() {
    platform::Interest wanted;
    const bool writable = write_request(wanted);
    unread_ = false;
    for (std::size_t portions = 0; portions < kPortionsPerTurn; ++portions) {
        // The answer is read also while the request is being written, and after writing has failed:
        // a server may refuse a request before it has read all of it (RFC 9112 §9.5).
        const platform::Stream::Moved moved = stream_.read(portion_, sizeof portion_);
        counters_.bytes_received += moved.bytes;
        const std::size_t taken = reader_.feed(portion_, moved.bytes);
        if (moved.end) reader_.feed_end();
        const bool broken = moved.failed || (moved.bytes == 0 && !writable);
        if (broken) reader_.feed_break();
        const bool over = reader_.complete() || reader_.fault() != cm::ResponseFault::none;
        if (over) return conclude(taken < moved.bytes);
        if (moved.bytes == 0) return watch_for(wanted | stream_.wanted());
    }
    unread_ = true;
}

void CmConnection::conclude(bool more_came) {
    if (may_repeat()) {
        ++counters_.repetitions;
        return connect_anew();
    }
    const bool written = current_.written == current_.size;
    const Time heard_at = now();
    const cm::Answer answer = read_answer();
    used_ = true;
    const bool fit = may_stay(answer.meaning);
    if (!fit) leave_peer();
    const bool stays = fit && reader_.keep_alive() && written && !more_came;
    // What follows from the answer goes first: a connection takes its time to be closed.
    finish(answer, heard_at);
    stays ? become_idle() : close_stream();
}

// Whether the kept connection died before any byte of the answer, or the answer is that another
// connection is to be used. A request of which nothing was written was not read; a start that was
// written may have been granted.
bool CmConnection::may_repeat() {
    if (reader_.head_complete()) {
        const bool first = !current_.moved;
        current_.moved = reader_.status() == 408 || reader_.status() == 421;
        return first && current_.moved;
    }
    const bool kept = used_ || stream_.resumed();
    if (!kept || reader_.started()) return false;
    const bool unread =
        current_.written == 0 || stream_.fault() == platform::StreamFault::handshake_failed;
    return unread || current_.call != cm::Call::start;
}

// Whether the next request may go to the peer that has given such an answer. What finds fault with
// a request, or fails at two in a row, may be no more than a sick peer: another connection leads to
// another.
bool CmConnection::may_stay(cm::Meaning meaning) {
    const bool fails = meaning == cm::Meaning::unreachable;
    const bool again = failed_ && fails;
    failed_ = fails;
    return !again && !current_.moved && meaning != cm::Meaning::invalid &&
           meaning != cm::Meaning::unauthorized && meaning != cm::Meaning::not_cm;
}

// A stream over TLS is open only once the certificate of CM was verified.
cm::Channel CmConnection::channel() const {
    return world_.settings.endpoint.tls ? cm::Channel::verified : cm::Channel::open;
}

// The answer as far as it has come: complete, broken off, or nothing.
cm::Answer CmConnection::read_answer() {
    if (reader_.started()) return cm::read_answer(current_.call, channel(), reader_, world_.tokens);
    using platform::StreamFault;
    const StreamFault fault = stream_.fault();
    // In TLS 1.3 a server refuses the client's certificate only after the handshake. It has read
    // nothing of the request then.
    if (fault == StreamFault::handshake_failed)
        return cm::no_response(cm::Meaning::insecure, stream_fault_name(fault), channel());
    const std::string_view reason =
        reader_.fault() == cm::ResponseFault::none ? "timed-out" : "closed";
    if (current_.written == 0) return unreachable(reason);
    if (fault == StreamFault::tls_broken)
        return cm::lost(current_.call, stream_fault_name(fault), cm::Meaning::insecure, channel());
    return cm::lost(current_.call, reason);
}

void CmConnection::finish(cm::Answer answer, Time at) {
    answer.detail = stream_.detail();
    const bool was_pending = current_.pending;
    if (answer.status != 0)
        counters_.times[static_cast<std::size_t>(current_.call)].note(at - current_.begun);
    forget();
    if (was_pending) listener_.on_connection_answer(*this, answer, at);
    // The codes of a household, and what it watches.
    reader_.reset();
    wipe(portion_, sizeof portion_);
}

// The request holds the subject and the application's id.
void CmConnection::forget() {
    wipe(request_, current_.size);
    current_ = {};
}

}  // namespace cmagent::link
