#include "agent/link/link.h"

namespace cmagent::link {

Link::Link(const LinkWorld& world, platform::Stream& one, platform::Stream& other,
           LinkListener& listener)
    : listener_(listener),
      clock_(world.clock),
      lanes_{{one, world, counters_, *this}, {other, world, counters_, *this}} {}

bool Link::send(const Exchange& exchange) {
    if (waiting_count_ == kMaxWaiting) return false;
    const Time deadline = Time{clock_.boot_ms()} + exchange.allowance;
    waiting_[waiting_count_++] = {exchange.id, exchange.urgent, false, deadline};
    return true;
}

void Link::cancel(std::uint32_t exchange) {
    Waiting dropped;
    (void)take([exchange](const Waiting& w) { return w.id == exchange; }, dropped);
    for (Serving& serving : serving_) {
        if (serving.exchange == exchange) serving.wanted = false;
    }
}

void Link::close() {
    for (CmConnection& lane : lanes_) lane.close();
    for (Serving& serving : serving_) serving = {};
    waiting_count_ = 0;
}

bool Link::connected() const {
    for (const CmConnection& lane : lanes_) {
        if (lane.open()) return true;
    }
    return false;
}

Time Link::next_deadline() const {
    Time next = kNever;
    for (const CmConnection& lane : lanes_) next = earlier(next, lane.next_deadline());
    for (std::size_t i = 0; i < waiting_count_; ++i) {
        const Waiting& waiting = waiting_[i];
        // What can be served is served on the loop's next turn.
        next = earlier(next, is_served(waiting.urgent) ? waiting.deadline : Time{});
    }
    return next;
}

void Link::on_time(Time now) {
    for (CmConnection& lane : lanes_) lane.on_time(now);
    Waiting expired;
    while (take([now](const Waiting& w) { return now >= w.deadline; }, expired)) {
        listener_.on_answer(expired.id, no_response(cm::Meaning::unreachable, "timed-out"));
    }
    for (const bool urgent : {true, false}) serve(urgent);
}

// --- who waits ---

// Removes the first that `which` picks.
template <class Which>
bool Link::take(Which which, Waiting& into) {
    for (std::size_t i = 0; i < waiting_count_; ++i) {
        if (!which(waiting_[i])) continue;
        into = waiting_[i];
        for (--waiting_count_; i < waiting_count_; ++i) waiting_[i] = waiting_[i + 1];
        return true;
    }
    return false;
}

bool Link::waits(bool urgent) const {
    for (std::size_t i = 0; i < waiting_count_; ++i) {
        if (waiting_[i].urgent == urgent) return true;
    }
    return false;
}

bool Link::is_served(bool urgent) const {
    for (const Serving& serving : serving_) {
        if (serving.busy && serving.urgent == urgent) return true;
    }
    return false;
}

// --- the lanes ---

void Link::serve(bool urgent) {
    if (is_served(urgent) || !waits(urgent)) return;
    CmConnection& lane = choose();
    serving(lane) = {true, urgent, false, 0};
    lane.idle() ? on_connection_open(lane) : lane.connect();
}

// A connection that is open rather than a new one. One lane is free: the other kind holds one at
// most.
CmConnection& Link::choose() {
    static_assert(kLanes == 2);
    CmConnection& one = lanes_[0];
    CmConnection& other = lanes_[1];
    if (serving(one).busy) return other;
    return other.idle() && !one.idle() ? other : one;
}

void Link::on_connection_open(CmConnection& lane) {
    Serving& now_serving = serving(lane);
    const bool urgent = now_serving.urgent;
    Waiting next;
    while (take([urgent](const Waiting& w) { return w.urgent == urgent; }, next)) {
        cm::Request request;
        if (!listener_.describe(next.id, request)) continue;
        now_serving.exchange = next.id;
        now_serving.wanted = true;
        return lane.send(request, next.deadline);
    }
    now_serving = {};
}

void Link::on_connection_answer(CmConnection& lane, const cm::Answer& answer) {
    const Serving served = serving(lane);
    serving(lane) = {};
    if (served.wanted) listener_.on_answer(served.exchange, answer);
}

// Whoever waits for this connection would only try the same again, one after the other. Not so who
// is sent in reply to what is told here.
void Link::on_connection_failed(CmConnection& lane, const cm::Answer& failure) {
    const bool urgent = serving(lane).urgent;
    for (std::size_t i = 0; i < waiting_count_; ++i) {
        if (waiting_[i].urgent == urgent) waiting_[i].failed = true;
    }
    on_connection_answer(lane, failure);
    Waiting failed;
    while (take([](const Waiting& w) { return w.failed; }, failed)) {
        listener_.on_answer(failed.id, failure);
    }
}

}  // namespace cmagent::link
