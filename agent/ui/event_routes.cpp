#include "agent/base/decimal.h"
#include "agent/ui/events_answer.h"
#include "agent/ui/query.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {
namespace {

// Whether the query has a parameter of that name.
bool has_parameter(std::string_view query, std::string_view name) {
    Parameter parameter;
    while (next_parameter(query, parameter)) {
        if (parameter.name == name) return true;
    }
    return false;
}

// The id of the last event that an EventSource has heard: it sends the id when it comes back. What
// stands in for EventSource in old browsers can send no field: Yaffle's sends `lastEventId` and
// lets it be renamed, amvtek's `evs_last_event_id`.
std::uint64_t last_heard(const ApiState& api, const RequestContext& request) {
    constexpr char kParameters[][18] = {"lastEventId", "lastEventID", "Last-Event-ID",
                                        "Last-Event-Id", "evs_last_event_id"};
    Text<kMaxDecimal> parameter;
    std::string_view id = request.http.headers->get("Last-Event-ID");
    for (const char* const name : kParameters) {
        if (id.empty() && find_parameter(request.http.query, name, parameter))
            id = parameter.view();
    }
    if (id.empty()) return api.events.last();
    // A text that is no number counts as an event that is no longer kept: `reset`.
    return read_decimal(id).value_or(UINT64_MAX);
}

using Others = core::Presence::Others;

// Who listens for a session of his: one of his `clientKey`, or without one of the same caller; or for
// one of the others.
bool plays(const Caller& caller, const Others& others, const core::Core& core) {
    for (const core::Session& session : core.ledgers().sessions) {
        const core::StreamRequest& stream = session.stream;
        bool same =
            stream.owner == caller.owner && (caller.owner || stream.party == caller.share());
        for (const core::Owner& other : others) same = same || stream.owner == other;
        if (same && session.live() && !caller.observer) return true;
    }
    return false;
}

// A long poll that has been told to go holds no place any more.
bool listens(const PendingRequest& pending, Time now) {
    return pending.listens() && now < pending.until;
}

// The oldest listener for no session goes; only one of the caller's own where its share is spent.
// False: there is none.
bool displace(ApiState& api, const Caller& caller, bool own, Time now) {
    platform::HttpTicket oldest = UINT64_MAX;
    const auto goes_first = [&](platform::HttpTicket ticket, const Caller& who,
                                const Others& others) {
        const bool may_go =
            (!own || who.share() == caller.share()) && !plays(who, others, api.core);
        const bool first = may_go && ticket < oldest;
        if (first) oldest = ticket;
        return first;
    };
    EventStream* stream = nullptr;
    PendingRequest* poll = nullptr;
    for (EventStream& candidate : api.streams) {
        if (candidate.open() &&
            goes_first(candidate.ticket(), candidate.caller(), candidate.others()))
            stream = &candidate;
    }
    for (PendingRequest& candidate : api.pending) {
        if (listens(candidate, now) && goes_first(candidate.http, candidate.caller, {}))
            poll = &candidate;
    }
    if (poll != nullptr) {
        poll->until = now;  // it is answered as one whose time is over
    } else if (stream != nullptr) {
        api.port.drop(*stream);
    }
    return poll != nullptr || stream != nullptr;
}

// Whether there is a place for one more listener.
bool has_place(ApiState& api, const Caller& caller, const Others& others, Time now) {
    core::Share share(kMaxListeners, caller.share());
    for (const EventStream& stream : api.streams) {
        if (stream.open()) share.count(stream.caller().share());
    }
    for (const PendingRequest& pending : api.pending) {
        if (listens(pending, now)) share.count(pending.caller.share());
    }
    return share.has_room() ||
           (plays(caller, others, api.core) && displace(api, caller, share.spent(), now));
}

// show_events() has seen that a stream is free.
void open_stream(ApiState& api, RequestContext& request) {
    for (EventStream& stream : api.streams) {
        if (stream.open()) continue;
        stream.bind(api.events, api.core, api.tokens, api.rooms);
        // What stands in for EventSource in IE 8 and 9, and in old WebKit, hears nothing before the
        // first 2 KiB: amvtek's and Yaffle's ask for them.
        const std::string_view query = request.http.query;
        const bool padded = has_parameter(query, "evs_preamble") || has_parameter(query, "padding");
        stream.start(request.ticket, request.caller, request.parsed->others,
                     last_heard(api, request), padded, request.now);
        return request.reply.stream(stream);
    }
}

void open_poll(ApiState& api, RequestContext& request) {
    const ParsedRequest& poll = *request.parsed;
    const std::uint64_t since =
        poll.kept ? api.events.kept_since(request.caller) : poll.since.value_or(api.events.last());
    const bool has_news = !api.events.has_all_since(since, request.caller) ||
                          api.events.next(since, request.caller) != nullptr;
    if (has_news || poll.timeout_s == 0) return answer_events(request.reply, api, since);
    PendingRequest* const pending =
        api.pending.add(request.ticket, PendingKind::events, request.caller);
    if (pending == nullptr) return request.reply.problem(Problem::busy);
    pending->since = since;
    pending->until = request.now + poll.timeout_s * kSecond;
}

}  // namespace

void show_events(ApiState& api, RequestContext& request) {
    const bool poll = request.parsed->poll;
    // RFC 9110 §9.3.2: the head that GET would have, and nothing that lasts.
    if (request.http.method == "HEAD")
        return request.reply.text(200, poll ? "application/json" : "text/event-stream", {});
    if (!has_place(api, request.caller, request.parsed->others, request.now))
        return request.reply.problem(Problem::too_many_listeners);
    poll ? open_poll(api, request) : open_stream(api, request);
}

}  // namespace cmagent::ui
