#include "tests/cmsim/connection.h"

#include <sys/socket.h>

#include <algorithm>

namespace cmagent::cmsim {
namespace {

constexpr Millis kSecond = 1000;

Delivery refusal() {
    Delivery delivery{wire({400, {{"Connection", "close"}}, ""})};
    delivery.then = Then::close;
    return delivery;
}

}  // namespace

Connection::Connection(Server& server, ConnectionNumber number,
                       std::unique_ptr<Transport> transport)
    : server_(server), number_(number), transport_(std::move(transport)) {}

Connection::~Connection() {
    close();
}

void Connection::start(Welcome welcome) {
    server_.loop_.watch(transport_->descriptor(), EPOLLIN,
                        [self = weak_from_this()](std::uint32_t events) {
                            if (const auto connection = self.lock()) connection->ready(events);
                        });
    if (welcome == Welcome::reset) reset();
    if (welcome == Welcome::stall) pause(State::silent);
}

void Connection::close() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    forget_timer();
    server_.loop_.unwatch(transport_->descriptor());
    transport_.reset();
    server_.connections_.erase(number_);  // may be the last owner: nothing follows
}

void Connection::ready(std::uint32_t events) {
    const bool idle = state_ == State::waiting || state_ == State::silent;
    if (idle && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) return close();
    go_on();
}

void Connection::go_on() {
    switch (state_) {
        case State::handshaking:
            return shake_hands();
        case State::reading:
            return read();
        case State::sending:
            return send();
        case State::waiting:
        case State::silent:
        case State::closed:
            return;
    }
}

void Connection::shake_hands() {
    const Io io = transport_->handshake();
    if (io == Io::failed || io == Io::closed) {
        server_.hooks_.handshake_failed(number_);
        return close();
    }
    if (io != Io::done) return wait_for(io);
    state_ = State::reading;
    limit_idleness();
    read();
}

void Connection::read() {
    for (;;) {
        Request request;
        const Reading reading = take_request(received_, request);
        if (reading == Reading::malformed) {
            server_.hooks_.malformed(number_);
            return deliver(refusal());
        }
        if (reading == Reading::complete) {
            Delivery delivery = server_.hooks_.answer(request, number_);
            if (state_ == State::closed) return;  // the request was to close all connections
            if (request.last && delivery.then == Then::next_request) delivery.then = Then::close;
            return deliver(std::move(delivery));
        }
        const Io io = transport_->read(received_);
        if (io == Io::failed || io == Io::closed) return close();
        if (io != Io::done) return wait_for(io);
    }
}

// Servers close idle connections, at times just when the client sends its next request.
void Connection::limit_idleness() {
    forget_timer();
    if (server_.hooks_.idle_close == 0) return;
    after(server_.hooks_.idle_close, &Connection::say_goodbye);
}

void Connection::say_goodbye() {
    transport_->say_goodbye();
    close();
}

void Connection::deliver(Delivery delivery) {
    forget_timer();
    delivery_ = std::move(delivery);
    unsent_ = delivery_.bytes;
    const auto begin =
        delivery_.bytes_per_second == 0 ? &Connection::send : &Connection::send_paced;
    if (delivery_.delay > 0) return sleep(delivery_.delay, begin);
    (this->*begin)();
}

Io Connection::send_some(std::size_t limit) {
    std::string_view part = unsent_.substr(0, limit);
    const std::size_t before = part.size();
    const Io io = transport_->write(part);
    if (io == Io::done) unsent_.remove_prefix(before - part.size());
    return io;
}

void Connection::send() {
    state_ = State::sending;
    for (;;) {
        while (!unsent_.empty()) {
            const Io io = send_some(unsent_.size());
            if (io == Io::failed || io == Io::closed) return close();
            if (io != Io::done) return wait_for(io);
        }
        if (delivery_.forever.empty()) return finish();
        unsent_ = delivery_.forever;
    }
}

void Connection::send_paced() {
    state_ = State::waiting;
    if (unsent_.empty()) unsent_ = delivery_.forever;
    if (unsent_.empty()) return finish();
    // A byte at a time where there is time between bytes; else a tick of 10 ms' worth.
    const std::size_t rate = delivery_.bytes_per_second;
    const std::size_t portion = std::max<std::size_t>(1, rate / 100);
    const Io io = send_some(portion);
    if (io == Io::failed || io == Io::closed) return close();
    sleep(std::max<Millis>(1, kSecond * static_cast<Millis>(portion) / static_cast<Millis>(rate)),
          &Connection::send_paced);
}

void Connection::finish() {
    switch (delivery_.then) {
        case Then::next_request:
            state_ = State::reading;
            server_.loop_.change(transport_->descriptor(), EPOLLIN);
            limit_idleness();
            return read();
        case Then::close:
            return say_goodbye();
        case Then::hang_up:
            return close();
        case Then::reset:
            return reset();
        case Then::silence:
            return pause(State::silent);
    }
}

void Connection::reset() {
    const linger at_once{1, 0};
    setsockopt(transport_->descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

void Connection::wait_for(Io io) {
    server_.loop_.change(transport_->descriptor(), io == Io::want_write ? EPOLLOUT : EPOLLIN);
}

// Nothing is read meanwhile; only the peer's going is seen.
void Connection::pause(State state) {
    state_ = state;
    server_.loop_.change(transport_->descriptor(), EPOLLRDHUP);
}

void Connection::sleep(Millis delay, void (Connection::*then)()) {
    pause(State::waiting);
    after(delay, then);
}

void Connection::after(Millis delay, void (Connection::*then)()) {
    timer_ = server_.loop_.after(delay, [self = weak_from_this(), then] {
        const auto connection = self.lock();
        if (!connection) return;
        connection->timer_.reset();
        ((*connection).*then)();
    });
}

void Connection::forget_timer() {
    if (timer_) server_.loop_.cancel(*timer_);
    timer_.reset();
}

}  // namespace cmagent::cmsim
