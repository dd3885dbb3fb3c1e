#include "agent/base/decimal.h"
#include "agent/ui/events_answer.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {
namespace {

// The id of the last event that an EventSource has heard: it sends the id when it comes back.
std::uint64_t last_heard(const ApiState& api, const RequestContext& request) {
    const std::string_view id = request.http.headers->get("Last-Event-ID");
    if (id.empty()) return api.events.last();
    // A text that is no number counts as an event that is no longer kept: `reset`.
    return read_decimal(id).value_or(UINT64_MAX);
}

// show_events() has seen that a stream is free.
void open_stream(ApiState& api, RequestContext& request) {
    for (EventStream& stream : api.streams) {
        if (stream.open()) continue;
        stream.bind(api.events, api.core, api.tokens);
        stream.start(request.caller, last_heard(api, request), request.now);
        return request.reply.stream(stream);
    }
}

void open_poll(ApiState& api, RequestContext& request) {
    const ParsedRequest& poll = *request.parsed;
    const std::uint64_t since = poll.since.value_or(api.events.last());
    const bool has_news =
        !api.events.has_all_since(since) || api.events.next(since, request.caller) != nullptr;
    if (has_news || poll.timeout_s == 0) return answer_events(request.reply, api, since);
    PendingRequest* const pending =
        api.pending.add(request.ticket, PendingKind::events, request.caller);
    if (pending == nullptr) return request.reply.problem(Problem::busy);
    pending->since = since;
    pending->until = request.now + poll.timeout_s * kSecond;
}

}  // namespace

void show_events(ApiState& api, RequestContext& request) {
    if (api.listeners() >= kMaxListeners) {
        return request.reply.problem(Problem::too_many_listeners);
    }
    request.parsed->poll ? open_poll(api, request) : open_stream(api, request);
}

}  // namespace cmagent::ui
