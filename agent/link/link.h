#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/request.h"
#include "agent/link/cm_connection.h"

namespace cmagent::link {

// A call to CM that waits to be made. What it says is asked for when it can be written.
struct Exchange {
    std::uint32_t id = 0;
    bool urgent = false;   // a viewer waits for it
    Millis allowance = 0;  // for all of it: waiting in line, connection, request and answer
};

// Told by the link on the loop's thread, never from within send() or cancel(), which it may call.
class LinkListener {
  public:
    // What is to be written for this exchange; the views live until the next call of anything.
    // False: it is no longer wanted.
    [[nodiscard]] virtual bool describe(std::uint32_t exchange, cm::Request& into) = 0;
    // The exchange is over: once for each that was sent and not cancelled. The views of `answer` live
    // during the call.
    virtual void on_answer(std::uint32_t exchange, const cm::Answer& answer) = 0;

  protected:
    ~LinkListener() = default;
};

// The link to CM: at most two connections. There are two kinds of calls, urgent ones, for which a
// viewer waits, and the others. Each kind is served one call after the other and holds at most one
// connection, so that neither waits behind the other; a connection that is open and free serves
// either, so that one is enough most of the time. Nothing is retried but what a kept connection
// swallowed: back-off is the core's.
//
//   link.send({id, urgent, allowance}); … link.on_time(now) when link.next_deadline() has come.
class Link final : CmConnectionListener {
  public:
    Link(const LinkWorld& world, platform::Stream& one, platform::Stream& other,
         LinkListener& listener);

    // False when too many wait: the core has at most one exchange for each of its records.
    [[nodiscard]] bool send(const Exchange& exchange);
    // Forgets it: nothing more is told of it. What is on the wire already is read to its end.
    void cancel(std::uint32_t exchange);
    // Closes the connections and forgets every exchange.
    void close();

    [[nodiscard]] Time next_deadline() const;
    void on_time(Time now);

    [[nodiscard]] bool connected() const;  // a connection is open: for the status
    [[nodiscard]] const LinkCounters& counters() const { return counters_; }

  private:
    // Room for the 32 records and 8 queries of the core, each with one exchange, and for some that
    // were cancelled on the wire.
    static constexpr std::size_t kMaxWaiting = 64;
    static constexpr std::size_t kLanes = 2;
    struct Waiting {
        std::uint32_t id = 0;
        bool urgent = false;
        bool failed = false;
        Time deadline;
    };
    // What a lane is busy with: from the moment when it is chosen to its answer.
    struct Serving {
        bool busy = false;
        bool urgent = false;
        bool wanted = false;  // the answer to `exchange` is to be told
        std::uint32_t exchange = 0;
    };

    void on_connection_open(CmConnection& lane) override;
    void on_connection_answer(CmConnection& lane, const cm::Answer& answer) override;
    void on_connection_failed(CmConnection& lane, const cm::Answer& failure) override;

    [[nodiscard]] bool waits(bool urgent) const;
    [[nodiscard]] bool is_served(bool urgent) const;
    template <class Which>
    [[nodiscard]] bool take(Which which, Waiting& into);
    void serve(bool urgent);
    [[nodiscard]] CmConnection& choose();
    [[nodiscard]] Serving& serving(const CmConnection& lane) { return serving_[&lane - lanes_]; }

    LinkListener& listener_;
    platform::Clock& clock_;
    LinkCounters counters_;
    Serving serving_[kLanes];
    Waiting waiting_[kMaxWaiting];  // the longest wait first
    std::size_t waiting_count_ = 0;
    CmConnection lanes_[kLanes];
};

}  // namespace cmagent::link
