#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/names.h"
#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/call_times.h"
#include "agent/cm/limits.h"
#include "agent/cm/request.h"
#include "agent/cm/response.h"
#include "agent/json/read.h"
#include "agent/link/connector.h"
#include "platform/api/clock.h"
#include "platform/api/poller.h"
#include "platform/api/resolver.h"
#include "platform/api/stream.h"

namespace cmagent::link {

// The part of the configuration that the link needs. It may change while the link runs.
struct LinkSettings {
    cm::Endpoint endpoint;
    Millis connect_timeout = 5'000;   // for the name, and again for reaching a peer
    Millis request_timeout = 10'000;  // from the first byte of a request to the last of its answer
};

// Since the start of the daemon.
struct LinkCounters {
    std::uint64_t connections = 0;  // that were opened, TLS handshake included
    // Of these by TLS: full ones, and those that resumed a session.
    std::uint64_t handshakes[2] = {};
    std::uint64_t failures = 0;     // attempts to open one that came to nothing
    std::uint64_t requests = 0;     // put on the wire, repetitions included
    std::uint64_t repetitions = 0;  // requests written again after a kept connection died
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_received = 0;
    cm::CallTimes times[kCountOf<cm::Call>];
};

// Everything outside the link that the link and its connections use. All of it outlives them.
struct LinkWorld {
    const LinkSettings& settings;
    platform::Resolver& resolver;
    platform::Poller& poller;
    platform::Clock& clock;
    json::Tokens tokens;  // kMaxBodyTokens: hold what an answer says while it is told
};

// An idle connection is closed after this. A heartbeat a minute keeps it open, also when a
// heartbeat has to be repeated.
inline constexpr Millis kIdleTimeout = 120'000;

class CmConnection;

// Called with the fate of a connection and of the exchange on it.
class CmConnectionListener {
  public:
    // The connection is open, and there is no exchange on it: the listener may send() one.
    virtual void on_connection_open(CmConnection& connection) = 0;
    // The exchange is over; the views of `answer` live during the call. The connection is idle or
    // closed: it may be used again after this call, not within.
    // `at`: when its last byte was read, or nothing more was to come.
    virtual void on_connection_answer(CmConnection& connection, const cm::Answer& answer,
                                      Time at) = 0;
    // The connection could not be opened. An exchange that waited for it ends with `failure`.
    virtual void on_connection_failed(CmConnection& connection, const cm::Answer& failure) = 0;

  protected:
    ~CmConnectionListener() = default;
};

// One connection to CM, kept between exchanges, with at most one exchange on it. Some 130 KB, most
// of them never touched: to be kept in static storage.
class CmConnection final : platform::Watcher, ConnectorListener {
  public:
    CmConnection(platform::Stream& stream, const LinkWorld& world, AddressBook& book,
                 LinkCounters& counters, CmConnectionListener& listener);

    [[nodiscard]] bool idle() const { return state_ == State::idle; }  // open, and free

    // When it is neither open nor being opened: opens the connection.
    void connect();
    // When idle(): writes the request and waits for its answer for `allowance`, or the time of a
    // request where that is shorter. A kept connection that turns out to be dead is opened anew,
    // once: for any call when nothing was written yet, and for a call that may be repeated (RFC 9110
    // §9.2.2) when no byte of an answer has come; and once where the answer is that this connection
    // is no good (408, 421): the request was not carried out. For a request that wants a fresh
    // connection a kept one is as dead. The exchange waits for that for `allowance` after send(), too,
    // and the request has its time again when it is written. The opening goes on, should the exchange
    // be over before it.
    void send(const cm::Request& request, Millis allowance);
    // It is being opened: of an exchange that waits for it nothing was sent.
    [[nodiscard]] bool connecting() const { return state_ == State::connecting; }
    void close();

    [[nodiscard]] Time next_deadline() const;
    void on_time(Time now);

  private:
    enum class State : std::uint8_t { closed, connecting, idle, exchanging };
    // The exchange, from send() to its answer.
    struct Current {
        bool pending = false;  // the exchange is in flight
        cm::Call call = cm::Call::start;
        bool moved = false;  // to another connection, which the server had asked for
        Millis allowance = 0;
        Time connected_by;  // should the connection have to be opened anew
        Time deadline = kNever;
        Time begun;            // to be written
        std::size_t size = 0;  // of the request
        std::size_t written = 0;
    };

    void on_connected() override;
    void on_connect_failed(const cm::Answer& failure) override;
    void on_ready(platform::Interest ready) override;

    [[nodiscard]] Time now() const { return {world_.clock.boot_ms()}; }
    [[nodiscard]] bool is_open() const { return state_ >= State::idle; }
    [[nodiscard]] bool has_ended();
    void connect_anew();
    void transmit();
    [[nodiscard]] bool write_request(platform::Interest& wanted);
    void advance_exchange();
    void conclude(bool more_came);
    [[nodiscard]] bool may_repeat();
    [[nodiscard]] bool may_stay(cm::Meaning meaning);
    [[nodiscard]] cm::Channel channel() const;
    [[nodiscard]] cm::Answer read_answer();
    void finish(cm::Answer answer, Time at);
    void forget();
    void become_idle();
    void close_stream();
    void leave_peer();
    void watch_for(platform::Interest interest);

    platform::Stream& stream_;
    LinkWorld world_;
    AddressBook& book_;
    LinkCounters& counters_;
    CmConnectionListener& listener_;
    Connector connector_;

    State state_ = State::closed;
    Current current_;
    bool used_ = false;    // the connection has carried an exchange, and may be dead by now
    bool failed_ = false;  // … the last of which the server has failed at
    Time idle_since_;
    platform::Interest watched_;
    // More may have come than one turn of the loop reads. It is read on the next turn, for what TLS has
    // decrypted already makes no descriptor ready.
    bool unread_ = false;

    static constexpr std::size_t kPortion = 4096;  // bytes read at once; most answers are smaller
    // As much as an answer may have. A server that sends without end, or a byte at a time, holds up
    // nothing else.
    static constexpr std::size_t kPortionsPerTurn = 16;
    cm::ResponseReader reader_;
    char portion_[kPortion];
    char request_[cm::kMaxRequest];
    char body_[cm::kMaxBody];
};

}  // namespace cmagent::link
