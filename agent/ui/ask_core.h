#pragma once
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {

// Puts `event` (core::Start, Resolve, Query) to the core, and the caller waits for what comes of it, unless the
// core refuses at once. `stream` is what the caller asked for.
template <class Event>
Answer ask_core(Context& context, Call& call, Awaited what, Event& event,
                const core::StreamRequest& stream) {
    Waiter* const waiter = context.waiting.add(call.ticket, what, call.caller);
    if (waiter == nullptr) {
        call.reply.problem(Problem::busy);
        return Answer::now;
    }
    event.ticket = waiter->core = ++context.last_ticket;
    const core::Refusal refusal = context.core.handle(event, call.now);
    if (refusal == core::Refusal::none) return Answer::later;
    waiter->clear();
    answer_refusal(context, call, refusal, stream);
    return Answer::now;
}

}  // namespace cmagent::ui
