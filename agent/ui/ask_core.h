#pragma once
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {

// Puts `event` (core::Start, Resolve, Query) to the core, and the caller waits for what comes of it, unless the
// core refuses at once. `stream` is what the caller asked for.
template <class Event>
Outcome ask_core(ApiState& api, RequestContext& request, PendingKind what, Event& event,
                 const core::StreamRequest& stream) {
    PendingRequest* const pending = api.pending.add(request.ticket, what, request.caller);
    if (pending == nullptr) {
        request.reply.problem(Problem::busy);
        return Outcome::answered;
    }
    event.ticket = pending->core = ++api.last_ticket;
    const core::Refusal refusal = api.core.handle(event, request.now);
    if (refusal == core::Refusal::none) return Outcome::pending;
    pending->clear();
    answer_refusal(api, request, refusal, stream);
    return Outcome::answered;
}

}  // namespace cmagent::ui
