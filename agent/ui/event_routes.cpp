#include "agent/base/characters.h"
#include "agent/ui/events_answer.h"
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {
namespace {

// What an EventSource has heard last; it sends this when it comes back.
std::uint64_t last_heard(const ApiState& api, const RequestContext& request) {
    const std::string_view text = request.http.headers->get("Last-Event-ID");
    if (text.empty()) return api.events.last();
    // What is no number is an id that is no longer kept: `reset`.
    return read_decimal(text).value_or(UINT64_MAX);
}

Outcome open_stream(ApiState& api, RequestContext& request) {
    for (EventStream& stream : api.streams) {
        if (stream.open()) continue;
        stream.bind(api.events, api.core);
        stream.start(request.caller, last_heard(api, request), request.now);
        request.reply.stream(stream);
        return Outcome::answered;
    }
    return Outcome::answered;
}

Outcome open_poll(ApiState& api, RequestContext& request, const ParsedRequest& listening) {
    const std::uint64_t since = listening.since.value_or(api.events.last());
    const bool something =
        !api.events.has_all_since(since) || api.events.next(since, request.caller) != nullptr;
    if (something || listening.timeout_s == 0) {
        answer_events(request.reply, api, since);
        return Outcome::answered;
    }
    PendingRequest* const pending =
        api.pending.add(request.ticket, PendingKind::events, request.caller);
    if (pending == nullptr) {
        request.reply.problem(Problem::busy);
        return Outcome::answered;
    }
    pending->since = since;
    pending->until = request.now + listening.timeout_s * kSecond;
    return Outcome::pending;
}

}  // namespace

Outcome show_events(ApiState& api, RequestContext& request) {
    ParsedRequest listening;
    if (!read_query(api, request, kListening, listening)) return Outcome::answered;
    if (api.listeners() >= kMaxListeners) {
        request.reply.problem(Problem::too_many_listeners);
        return Outcome::answered;
    }
    return listening.poll ? open_poll(api, request, listening) : open_stream(api, request);
}

}  // namespace cmagent::ui
