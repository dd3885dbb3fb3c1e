#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/request.h"
#include "agent/link/cm_connection.h"

namespace cmagent::link {

// A call to CM that is still to be made. Its request is asked for only when it can be written.
struct PendingCall {
    std::uint32_t exchange = 0;  // the core's number for the call, never reused
    bool urgent = false;         // a viewer waits for the answer
    // For waiting, in line and for a connection; and again for the answer, once its request is
    // written: an exchange that has waited is no shorter for it.
    Millis allowance = 0;
    bool question = false;     // about what CM holds: goes behind the calls that change it
    std::uint64_t caller = 0;  // who waits, by any name: callers of one kind take turns
};

// What a viewer waits for is not left in line for longer (contract.md, "Credit").
inline constexpr Millis kLongestLine = 5 * kSecond;

// Called by the link on the loop's thread, never from within its other calls; a listener may make
// them all but close().
class LinkListener {
  public:
    // Fills in the request of this exchange; its views live until the next call of anything. False:
    // the exchange is no longer wanted.
    [[nodiscard]] virtual bool describe(std::uint32_t exchange, cm::Request& into) = 0;
    // The exchange is over: called once for each call that was sent and not cancelled. The views of
    // `answer` live during this call.
    // `at`: when the last byte of the answer was read, or it was given up.
    virtual void on_answer(std::uint32_t exchange, const cm::Answer& answer, Time at) = 0;

  protected:
    ~LinkListener() = default;
};

// The link to CM: at most two connections. There are two kinds of calls: urgent calls, for which a
// viewer waits, and the others. Each kind is served one call after the other and holds at most one
// connection, so that neither kind waits behind the other; within a kind, questions go last, and
// callers take turns. A connection that is open and free serves either kind, so that one connection
// is enough most of the time. A call that has waited too long while others were on the wire is
// `busy`: that says nothing about CM. The link repeats a call only when a kept connection has died
// under it (CmConnection::send()): back-off is the core's.
//
//   link.send({exchange, urgent, allowance});
//   link.on_time(now) when link.next_deadline() has come
class Link final : CmConnectionListener {
  public:
    Link(const LinkWorld& world, platform::Stream& one, platform::Stream& other,
         LinkListener& listener);

    // False when the queue is full, which cannot happen: the core has at most one exchange for each
    // of its records.
    [[nodiscard]] bool send(const PendingCall& call);
    // Forgets the exchange: its answer is not reported. A request that is on the wire already is
    // read to the end of its answer.
    void cancel(std::uint32_t exchange);
    // Nobody waits for the call any more. Where nothing of it was sent it is over (`busy`, told on
    // the next turn), and leaves its place to the next; else it goes on.
    void take_back(std::uint32_t exchange);
    // Closes the connections and forgets every exchange.
    void close();

    [[nodiscard]] Time next_deadline() const;
    void on_time(Time now);

    [[nodiscard]] const LinkCounters& counters() const { return counters_; }

  private:
    // Room for the 32 sessions and 8 queries of the core, each with one exchange, and for calls
    // that were cancelled on the wire.
    static constexpr std::size_t kMaxQueued = 64;
    static constexpr std::size_t kConnections = 2;
    struct QueuedCall {
        std::uint32_t exchange = 0;
        bool urgent = false;
        bool question = false;
        std::uint64_t caller = 0;
        std::uint32_t rank = 0;  // the lowest of its kind goes next, of these the first that came
        bool failed = false;     // its kind's connection could not be opened: to be reported
        bool back = false;       // taken back: to be reported
        Millis allowance = 0;
        Time deadline;
        Time turn_by;  // in line no longer than until then
    };
    // The kind of calls that a connection serves, from the moment when it is chosen to the answer.
    struct Assignment {
        bool busy = false;
        bool urgent = false;
        bool wanted = false;  // the answer to `exchange` is to be reported
        std::uint32_t exchange = 0;
    };

    void on_connection_open(CmConnection& connection) override;
    void on_connection_answer(CmConnection& connection, const cm::Answer& answer, Time at) override;
    void on_connection_failed(CmConnection& connection, const cm::Answer& failure) override;

    [[nodiscard]] bool is_queued(bool urgent) const;
    // The assignment that serves calls of this kind; nullptr: none does.
    [[nodiscard]] const Assignment* served(bool urgent) const;
    // The call waits behind one that is on its way, not for a connection.
    [[nodiscard]] bool in_line(const QueuedCall& call) const;
    template <class Matches>
    [[nodiscard]] bool take(Matches matches, QueuedCall& into);
    [[nodiscard]] bool take_next(bool urgent, QueuedCall& into);
    void serve(bool urgent);
    [[nodiscard]] CmConnection& choose_connection();
    [[nodiscard]] Assignment& assignment_of(const CmConnection& connection) {
        return assignments_[&connection - connections_];
    }

    LinkListener& listener_;
    platform::Clock& clock_;
    LinkCounters counters_;
    AddressBook book_;
    Assignment assignments_[kConnections];
    QueuedCall queue_[kMaxQueued];  // in the order of send()
    std::size_t queued_ = 0;
    CmConnection connections_[kConnections];
};

}  // namespace cmagent::link
