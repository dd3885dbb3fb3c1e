#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/endpoint.h"
#include "agent/cm/limits.h"
#include "agent/link/address_book.h"
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

// From a name to an open stream, in three steps, each with a time of its own (contract.md,
// "Connections to CM"): the name, reaching a peer, the handshake with the one that answered.
// Addresses are tried as in RFC 8305 §5, in the order of the address book. A certificate that fails
// is final: another address of the same name does not help. A handshake that is cut off may be the
// address's fault, but is no CM that cannot be reached.
class Connector final : platform::Watcher, platform::ResolverListener {
  public:
    // Between two addresses, while the earlier ones go on (RFC 8305 §5).
    static constexpr Millis kBetween = 250;
    // So long a resolver is waited for where an earlier answer serves (RFC 8767 §5).
    static constexpr Millis kPatience = 1'800;

    Connector(platform::Stream& stream, platform::Resolver& resolver, platform::Poller& poller,
              platform::Clock& clock, AddressBook& book, ConnectorListener& listener)
        : stream_(stream),
          resolver_(resolver),
          poller_(poller),
          clock_(clock),
          book_(book),
          listener_(listener) {}

    // `budget`: for the name, and again for reaching a peer. `endpoint` must live until the attempt
    // is over.
    void start(const cm::Endpoint& endpoint, Millis budget);
    void stop();

    [[nodiscard]] Time next_deadline() const { return due_; }
    void on_time(Time now);  // to be called when next_deadline() has come, not before

  private:
    enum class State : std::uint8_t { idle, resolving, reaching, shaking };

    void on_resolved(const platform::Addresses& answer) override;
    void on_ready(platform::Interest ready) override;

    void reach(Time now);
    void add(const platform::Addresses& answer, Time now);
    void drop(const platform::Address& address);
    [[nodiscard]] std::size_t place_of(const platform::Address& address) const;
    void try_next(Time now);
    void follow(platform::Stream::Progress progress);
    void watch();
    void unwatch();
    void on_peer_failed();
    void fail_as_peer();
    void give_up(Time now);
    void succeed();
    void fail(cm::Meaning meaning, std::string_view reason,
              cm::Channel channel = cm::Channel::open);

    platform::Stream& stream_;
    platform::Resolver& resolver_;
    platform::Poller& poller_;
    platform::Clock& clock_;
    AddressBook& book_;
    ConnectorListener& listener_;

    State state_ = State::idle;
    bool asked_ = false;        // the resolver has not answered yet
    bool watched_ = false;      // the stream's descriptor
    const char* problem_ = "";  // of the resolver, for the log
    const cm::Endpoint* endpoint_ = nullptr;
    Millis budget_ = 0;
    Time name_by_;
    Time peer_by_;
    Time due_ = kNever;  // the end of the step under way, or the next address's turn
    // Of this attempt, without those that have failed in it, in the order in which they are tried;
    // the first `tried_` are under way, or were let go.
    platform::Addresses addresses_;
    std::size_t tried_ = 0;
};

}  // namespace cmagent::link
