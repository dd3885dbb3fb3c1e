#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/endpoint.h"
#include "platform/api/clock.h"
#include "platform/api/poller.h"
#include "platform/api/resolver.h"
#include "platform/api/stream.h"

namespace cmagent::link {

// Called with the outcome of a connection attempt, never from within Connector::start().
class ConnectorListener {
  public:
    // The stream is open and verified, and its descriptor is not watched.
    virtual void on_connected() = 0;
    // `unreachable`, `insecure` or `clock_not_set`; the stream is closed.
    virtual void on_connect_failed(const cm::Answer& failure) = 0;

  protected:
    ~ConnectorListener() = default;
};

// From a name to an open stream. The addresses are tried one after the other, each with its share
// of the remaining time: a box that waits for one answer a minute gains little from racing them as
// RFC 8305 does. The family that worked last goes first, so that a dead IPv6 costs its share only
// once. A certificate that fails is final: another address of the same name does not help. A
// handshake that is cut off may be the address's fault, but is no CM that cannot be reached. Nothing
// is cached but that family.
class Connector final : platform::Watcher, platform::ResolverListener {
  public:
    Connector(platform::Stream& stream, platform::Resolver& resolver, platform::Poller& poller,
              platform::Clock& clock, ConnectorListener& listener)
        : stream_(stream),
          resolver_(resolver),
          poller_(poller),
          clock_(clock),
          listener_(listener) {}

    // `endpoint` must live until the attempt is over.
    void start(const cm::Endpoint& endpoint, Time deadline);
    void stop();

    [[nodiscard]] Time next_deadline() const { return due_; }
    void on_time(Time now);  // to be called when next_deadline() has come, not before

  private:
    enum class State : std::uint8_t { idle, unresolvable, resolving, opening };

    void on_resolved(const platform::Addresses& addresses) override;
    void on_ready(platform::Interest ready) override;

    void prefer(platform::Address::Family family);
    void try_next(Time now);
    void follow(platform::Stream::Progress progress);
    void succeed();
    void fail(cm::Meaning meaning, std::string_view reason,
              cm::Channel channel = cm::Channel::open);
    void unwatch();

    platform::Stream& stream_;
    platform::Resolver& resolver_;
    platform::Poller& poller_;
    platform::Clock& clock_;
    ConnectorListener& listener_;

    State state_ = State::idle;
    const cm::Endpoint* endpoint_ = nullptr;
    Time deadline_;      // of all addresses together
    Time due_ = kNever;  // the end of the step under way: the name's, or one address's share
    platform::Addresses addresses_;
    std::size_t next_ = 0;  // address to be tried
    platform::Address::Family worked_ = platform::Address::Family::ipv6;
    bool watched_ = false;
};

}  // namespace cmagent::link
