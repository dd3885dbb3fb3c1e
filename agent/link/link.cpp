#include "agent/link/link.h"

namespace cmagent::link {
namespace {

constexpr std::uint32_t kRankOfQuestions = 0x100;  // more than a queue has calls

}  // namespace

Link::Link(const LinkWorld& world, platform::Stream& one, platform::Stream& other,
           LinkListener& listener)
    : listener_(listener),
      clock_(world.clock),
      connections_{{one, world, book_, counters_, *this}, {other, world, book_, counters_, *this}} {
}

bool Link::send(const PendingCall& call) {
    if (queued_ == kMaxQueued) return false;
    QueuedCall& queued = queue_[queued_++];
    queued = {};
    queued.exchange = call.exchange;
    queued.urgent = call.urgent;
    queued.question = call.question;
    queued.caller = call.caller;
    queued.rank = call.question ? kRankOfQuestions : 0;
    // A caller's second call goes behind everybody's first.
    for (const QueuedCall* other = queue_; other != &queued; ++other) {
        const bool alike = other->urgent == call.urgent && other->question == call.question;
        if (alike && other->caller == call.caller) queued.rank = other->rank + 1;
    }
    const Time now{clock_.boot_ms()};
    queued.allowance = call.allowance;
    queued.deadline = now + call.allowance;
    queued.turn_by = call.urgent ? earlier(queued.deadline, now + kLongestLine) : queued.deadline;
    return true;
}

void Link::cancel(std::uint32_t exchange) {
    QueuedCall dropped;
    (void)take([exchange](const QueuedCall& call) { return call.exchange == exchange; }, dropped);
    for (Assignment& assignment : assignments_) {
        if (assignment.exchange == exchange) assignment.wanted = false;
    }
}

void Link::take_back(std::uint32_t exchange) {
    for (std::size_t i = 0; i < queued_; ++i) {
        if (queue_[i].exchange == exchange) queue_[i].back = true;
    }
    for (CmConnection& connection : connections_) {
        Assignment& assignment = assignment_of(connection);
        if (assignment.exchange != exchange || !connection.connecting()) continue;
        connection.close();
        (void)send({exchange, assignment.urgent, 0});
        assignment = {};
    }
}

void Link::close() {
    for (CmConnection& connection : connections_) connection.close();
    for (Assignment& assignment : assignments_) assignment = {};
    queued_ = 0;
}

Time Link::next_deadline() const {
    Time next = kNever;
    for (const CmConnection& connection : connections_) {
        next = earlier(next, connection.next_deadline());
    }
    for (std::size_t i = 0; i < queued_; ++i) {
        const QueuedCall& call = queue_[i];
        // A call whose kind is not being served is served on the loop's next turn.
        const bool at_once = call.back || served(call.urgent) == nullptr;
        const Time due = in_line(call) ? call.turn_by : call.deadline;
        next = earlier(next, at_once ? Time{} : due);
    }
    return next;
}

void Link::on_time(Time now) {
    for (CmConnection& connection : connections_) connection.on_time(now);
    const auto over = [this, now](const QueuedCall& call) {
        return call.back || now >= (in_line(call) ? call.turn_by : call.deadline);
    };
    QueuedCall expired;
    while (take(over, expired)) {
        const bool asked = !expired.back && !in_line(expired);
        const cm::Answer answer = asked ? no_response(cm::Meaning::unreachable, "timed-out")
                                        : no_response(cm::Meaning::busy, "waited-in-line");
        listener_.on_answer(expired.exchange, answer, now);
    }
    for (const bool urgent : {true, false}) serve(urgent);
}

// --- the queue ---

// Removes the first call that matches.
template <class Matches>
bool Link::take(Matches matches, QueuedCall& into) {
    for (std::size_t i = 0; i < queued_; ++i) {
        if (!matches(queue_[i])) continue;
        into = queue_[i];
        for (--queued_; i < queued_; ++i) queue_[i] = queue_[i + 1];
        return true;
    }
    return false;
}

bool Link::take_next(bool urgent, QueuedCall& into) {
    std::uint32_t lowest = UINT32_MAX;
    for (std::size_t i = 0; i < queued_; ++i) {
        const QueuedCall& call = queue_[i];
        if (call.urgent == urgent && call.rank < lowest) lowest = call.rank;
    }
    return take(
        [=](const QueuedCall& call) { return call.urgent == urgent && call.rank == lowest; }, into);
}

bool Link::is_queued(bool urgent) const {
    for (std::size_t i = 0; i < queued_; ++i) {
        if (queue_[i].urgent == urgent) return true;
    }
    return false;
}

const Link::Assignment* Link::served(bool urgent) const {
    for (const Assignment& assignment : assignments_) {
        if (assignment.busy && assignment.urgent == urgent) return &assignment;
    }
    return nullptr;
}

bool Link::in_line(const QueuedCall& call) const {
    const Assignment* const assignment = served(call.urgent);
    return assignment == nullptr || assignment->exchange != 0;
}

// --- the connections ---

void Link::serve(bool urgent) {
    if (served(urgent) != nullptr || !is_queued(urgent)) return;
    CmConnection& connection = choose_connection();
    Assignment& assignment = assignment_of(connection);
    assignment = {};
    assignment.busy = true;
    assignment.urgent = urgent;
    connection.idle() ? on_connection_open(connection) : connection.connect();
}

// A connection that is open rather than a new one. One of the two is free: the other kind of calls
// holds one at most.
CmConnection& Link::choose_connection() {
    static_assert(kConnections == 2);
    CmConnection& one = connections_[0];
    CmConnection& other = connections_[1];
    if (assignment_of(one).busy) return other;
    return other.idle() && !one.idle() ? other : one;
}

void Link::on_connection_open(CmConnection& connection) {
    Assignment& assignment = assignment_of(connection);
    const bool urgent = assignment.urgent;
    QueuedCall next;
    while (take_next(urgent, next)) {
        cm::Request request;
        if (!listener_.describe(next.exchange, request)) continue;
        assignment.exchange = next.exchange;
        assignment.wanted = true;
        return connection.send(request, next.allowance);
    }
    assignment = {};
}

void Link::on_connection_answer(CmConnection& connection, const cm::Answer& answer, Time at) {
    Assignment& assignment = assignment_of(connection);
    const Assignment served = assignment;
    assignment = {};
    // An exchange may end while its connection is opened anew: that goes on for the next of its kind.
    assignment.busy = connection.connecting();
    assignment.urgent = served.urgent;
    if (served.wanted) listener_.on_answer(served.exchange, answer, at);
}

// Every queued call of this kind fails with the connection: each would only try the same again, one
// after the other. A call that a listener sends in reply to such a failure is a new attempt, and is
// kept.
void Link::on_connection_failed(CmConnection& connection, const cm::Answer& failure) {
    const bool urgent = assignment_of(connection).urgent;
    for (std::size_t i = 0; i < queued_; ++i) {
        if (queue_[i].urgent == urgent) queue_[i].failed = true;
    }
    const Time now{clock_.boot_ms()};
    on_connection_answer(connection, failure, now);
    QueuedCall failed;
    while (take([](const QueuedCall& call) { return call.failed; }, failed)) {
        listener_.on_answer(failed.exchange, failure, now);
    }
}

}  // namespace cmagent::link
