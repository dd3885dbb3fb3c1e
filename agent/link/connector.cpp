#include "agent/link/connector.h"

namespace cmagent::link {
namespace {

using platform::StreamFault;

// Only an unreachable server is a reason to go on with `onUnreachable` (contract.md, "Cannot be
// reached means").
cm::Meaning meaning_of(StreamFault fault) {
    switch (fault) {
        case StreamFault::connect_failed:
        case StreamFault::closed:
            return cm::Meaning::unreachable;
        case StreamFault::clock_not_set:
            return cm::Meaning::clock_not_set;
        default:
            return cm::Meaning::insecure;
    }
}

// A certificate for another name or of an unknown issuer may be a captive portal's, and a handshake
// that fails may be with none of CM's. What else is wrong with a certificate is CM's fault.
cm::Channel channel_of(StreamFault fault) {
    switch (fault) {
        case StreamFault::certificate_expired:
        case StreamFault::certificate_not_yet_valid:
        case StreamFault::certificate_constrained:
        case StreamFault::certificate_invalid:
        case StreamFault::certificate_weak:
        case StreamFault::pin_mismatch:
            return cm::Channel::verified;
        default:
            return cm::Channel::open;
    }
}

}  // namespace

void Connector::start(const cm::Endpoint& endpoint, Millis budget) {
    stop();
    endpoint_ = &endpoint;
    budget_ = budget;
    state_ = State::resolving;
    problem_ = "";
    asked_ = resolver_.resolve(endpoint.host, endpoint.port, *this);
    const Time now{clock_.boot_ms()};
    name_by_ = now + budget;
    due_ = book_.knows_any(now) ? earlier(name_by_, now + kPatience) : name_by_;
    if (!asked_) due_ = Time{};  // told at once, but not from within start()
}

void Connector::stop() {
    if (asked_) resolver_.cancel(*this);
    asked_ = false;
    if (state_ >= State::reaching) {
        unwatch();
        stream_.close();
    }
    state_ = State::idle;
    due_ = kNever;
}

void Connector::on_time(Time now) {
    if (state_ == State::resolving) return reach(now);
    if (state_ == State::reaching && tried_ < addresses_.count && now < peer_by_)
        return try_next(now);
    give_up(now);
}

void Connector::on_resolved(const platform::Addresses& answer) {
    asked_ = false;
    problem_ = answer.problem;
    const Time now{clock_.boot_ms()};
    if (answer.count > 0) book_.learn(answer, now);
    if (state_ == State::resolving) return reach(now);
    if (state_ == State::reaching) add(answer, now);
}

// --- the addresses ---

// With what the resolver has told now, or what it told earlier while it fails or is slow.
void Connector::reach(Time now) {
    if (!book_.knows_any(now)) return fail(cm::Meaning::unreachable, "not-resolved");
    addresses_ = book_.arranged();
    tried_ = 0;
    peer_by_ = now + budget_;
    state_ = State::reaching;
    try_next(now);
}

// The resolver's answer has come while an earlier one was being tried.
void Connector::add(const platform::Addresses& answer, Time now) {
    for (std::size_t i = 0; i < answer.count; ++i) {
        const bool there = place_of(answer.list[i]) < addresses_.count;
        if (!there && addresses_.count < platform::kMaxAddresses)
            addresses_.list[addresses_.count++] = answer.list[i];
    }
    if (tried_ < addresses_.count) {
        peer_by_ = now + budget_;
        due_ = now;
    } else if (stream_.trying() == 0) {
        fail_as_peer();
    }
}

std::size_t Connector::place_of(const platform::Address& address) const {
    std::size_t place = 0;
    while (place < addresses_.count && !(addresses_.list[place] == address)) ++place;
    return place;
}

void Connector::try_next(Time now) {
    unwatch();
    state_ = State::reaching;
    const platform::Address address = addresses_.list[tried_++];
    due_ = tried_ < addresses_.count ? earlier(peer_by_, now + kBetween) : peer_by_;
    follow(stream_.trying() > 0 ? stream_.also_try(address)
                                : stream_.open(address, endpoint_->host));
}

void Connector::on_ready(platform::Interest) {
    unwatch();
    follow(stream_.advance());
}

void Connector::follow(platform::Stream::Progress progress) {
    using Progress = platform::Stream::Progress;
    if (progress == Progress::done) return succeed();
    if (progress == Progress::failed) return on_peer_failed();
    if (state_ == State::reaching && stream_.trying() == 0) {
        state_ = State::shaking;
        due_ = later(peer_by_, Time{clock_.boot_ms()} + cm::kShortestHandshake);
    }
    watch();
}

void Connector::on_peer_failed() {
    const StreamFault fault = stream_.fault();
    const Time now{clock_.boot_ms()};
    book_.note_failed(stream_.peer(), now);
    const bool of_address =
        meaning_of(fault) == cm::Meaning::unreachable || fault == StreamFault::handshake_cut;
    if (!of_address) return fail_as_peer();
    drop(stream_.peer());
    // Those that were let go, when this one answered or for others, have their turn again.
    if (stream_.trying() == 0) tried_ = 0;
    if (tried_ < addresses_.count && now < peer_by_) return try_next(now);
    if (stream_.trying() > 0) return watch();
    // The earlier answer has come to nothing: the resolver's may not.
    if (asked_ && now < name_by_) {
        due_ = name_by_;
        return;
    }
    fail_as_peer();
}

// As the last of the peers has.
void Connector::fail_as_peer() {
    const StreamFault fault = stream_.fault();
    fail(meaning_of(fault), platform::stream_fault_name(fault), channel_of(fault));
}

// One of the addresses that were tried has failed.
void Connector::drop(const platform::Address& address) {
    --tried_;
    --addresses_.count;
    for (std::size_t i = place_of(address); i < addresses_.count; ++i) {
        addresses_.list[i] = addresses_.list[i + 1];
    }
}

// Nobody has answered in time, or has not shaken hands.
void Connector::give_up(Time now) {
    if (state_ == State::shaking) book_.note_failed(stream_.peer(), now);
    for (std::size_t i = 0; state_ == State::reaching && i < tried_; ++i) {
        book_.note_failed(addresses_.list[i], now);
    }
    fail(cm::Meaning::unreachable, "connect-timed-out");
}

void Connector::succeed() {
    if (asked_) resolver_.cancel(*this);
    asked_ = false;
    state_ = State::idle;
    due_ = kNever;
    book_.note_worked(stream_.peer());
    listener_.on_connected();
}

void Connector::fail(cm::Meaning meaning, std::string_view reason, cm::Channel channel) {
    const bool resolved = state_ != State::resolving;
    stop();
    cm::Answer failure = cm::no_response(meaning, reason, channel);
    failure.detail = resolved ? stream_.detail() : problem_;
    listener_.on_connect_failed(failure);
}

void Connector::watch() {
    watched_ = poller_.watch(stream_.descriptor(), stream_.wanted(), *this, platform::Rank::first);
    if (!watched_) fail(cm::Meaning::unreachable, "not-watched");
}

void Connector::unwatch() {
    if (watched_) poller_.unwatch(stream_.descriptor());
    watched_ = false;
}

}  // namespace cmagent::link
