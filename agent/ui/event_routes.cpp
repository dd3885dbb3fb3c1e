#include "agent/base/characters.h"
#include "agent/ui/events_answer.h"
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {
namespace {

// What an EventSource has heard last; it sends this when it comes back.
std::uint64_t last_heard(const Context& context, const Call& call) {
    const std::string_view text = call.request.headers->get("Last-Event-ID");
    if (text.empty()) return context.events.last();
    // What is no number is an id that is no longer kept: `reset`.
    return read_decimal(text).value_or(UINT64_MAX);
}

Answer open_stream(Context& context, Call& call) {
    for (EventStream& stream : context.streams) {
        if (stream.open()) continue;
        stream.bind(context.events, context.core);
        stream.start(call.caller, last_heard(context, call), call.now);
        call.reply.stream(stream);
        return Answer::now;
    }
    return Answer::now;
}

Answer open_poll(Context& context, Call& call, const Asked& listening) {
    const std::uint64_t since = listening.since.value_or(context.events.last());
    const bool something =
        !context.events.has_all_since(since) || context.events.next(since, call.caller) != nullptr;
    if (something || listening.timeout_s == 0) {
        answer_events(call.reply, context, since);
        return Answer::now;
    }
    Waiter* const waiter = context.waiting.add(call.ticket, Awaited::events, call.caller);
    if (waiter == nullptr) {
        call.reply.problem(Problem::busy);
        return Answer::now;
    }
    waiter->since = since;
    waiter->until = call.now + listening.timeout_s * kSecond;
    return Answer::later;
}

}  // namespace

Answer show_events(Context& context, Call& call) {
    Asked listening;
    if (!read_query(context, call, kListening, listening)) return Answer::now;
    if (context.listeners() >= kMaxListeners) {
        call.reply.problem(Problem::too_many_listeners);
        return Answer::now;
    }
    return listening.poll ? open_poll(context, call, listening) : open_stream(context, call);
}

}  // namespace cmagent::ui
