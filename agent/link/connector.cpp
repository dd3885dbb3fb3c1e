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

void Connector::start(const cm::Endpoint& endpoint, Time deadline) {
    stop();
    endpoint_ = &endpoint;
    deadline_ = deadline;
    addresses_ = {};
    const bool asked = resolver_.resolve(endpoint.host, endpoint.port, *this);
    state_ = asked ? State::resolving : State::unresolvable;
    due_ = asked ? deadline : Time{};  // a refusal is told at once, but not from within start()
}

void Connector::stop() {
    if (state_ == State::resolving) resolver_.cancel(*this);
    if (state_ == State::opening) {
        unwatch();
        stream_.close();
    }
    state_ = State::idle;
    due_ = kNever;
}

void Connector::on_time(Time now) {
    const bool resolved = state_ == State::opening;
    if (resolved && next_ < addresses_.count && now < deadline_) return try_next(now);
    fail(cm::Meaning::unreachable, resolved ? "connect-timed-out" : "not-resolved");
}

void Connector::on_resolved(const platform::Addresses& addresses) {
    addresses_ = addresses;
    if (addresses.count == 0) return fail(cm::Meaning::unreachable, "not-resolved");
    prefer(worked_);
    next_ = 0;
    state_ = State::opening;
    try_next(Time{clock_.boot_ms()});
}

// The first address of the family that worked last goes to the front.
void Connector::prefer(platform::Address::Family family) {
    for (std::size_t i = 0; i < addresses_.count; ++i) {
        if (addresses_.list[i].family != family) continue;
        const platform::Address preferred = addresses_.list[i];
        for (; i > 0; --i) addresses_.list[i] = addresses_.list[i - 1];
        addresses_.list[0] = preferred;
        return;
    }
}

void Connector::try_next(Time now) {
    unwatch();
    const auto left = static_cast<Millis>(addresses_.count - next_);
    due_ = now + (deadline_ - now) / left;
    follow(stream_.open(addresses_.list[next_++], endpoint_->host));
}

void Connector::on_ready(platform::Interest) {
    follow(stream_.advance());
}

void Connector::follow(platform::Stream::Progress progress) {
    using Progress = platform::Stream::Progress;
    if (progress == Progress::done) return succeed();
    if (progress == Progress::wait) {
        const int fd = stream_.descriptor();
        if (watched_) return poller_.change(fd, stream_.wanted());
        watched_ = poller_.watch(fd, stream_.wanted(), *this);
        if (watched_) return;
        return fail(cm::Meaning::unreachable, "not-watched");
    }
    const StreamFault fault = stream_.fault();
    const cm::Meaning meaning = meaning_of(fault);
    const Time now{clock_.boot_ms()};
    const bool more = next_ < addresses_.count && now < deadline_;
    const bool of_address =
        meaning == cm::Meaning::unreachable || fault == StreamFault::handshake_cut;
    if (of_address && more) return try_next(now);
    fail(meaning, platform::stream_fault_name(fault), channel_of(fault));
}

void Connector::succeed() {
    unwatch();
    state_ = State::idle;
    due_ = kNever;
    worked_ = addresses_.list[next_ - 1].family;
    listener_.on_connected();
}

void Connector::fail(cm::Meaning meaning, std::string_view reason, cm::Channel channel) {
    const bool resolved = state_ == State::opening;
    stop();
    cm::Answer failure = cm::no_response(meaning, reason, channel);
    failure.detail = resolved ? stream_.detail() : addresses_.problem;
    listener_.on_connect_failed(failure);
}

void Connector::unwatch() {
    if (watched_) poller_.unwatch(stream_.descriptor());
    watched_ = false;
}

}  // namespace cmagent::link
