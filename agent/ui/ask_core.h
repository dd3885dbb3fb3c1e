#pragma once
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {

// Puts `event` (core::Start, Resolve, Query) to the core with a ticket of its own, and the request
// waits for the decision. `stream` is what the caller asks for. False: the core has refused at
// once, and the request is answered.
template <class Event>
[[nodiscard]] bool ask_core(ApiState& api, RequestContext& request, PendingKind kind, Event& event,
                            const core::StreamRequest& stream) {
    PendingRequest* const pending = api.pending.add(request.ticket, kind, request.caller);
    if (pending == nullptr) {
        request.reply.problem(Problem::busy);
        return false;
    }
    event.ticket = pending->core = ++api.last_ticket;
    const core::Refusal refusal = api.core.handle(event, request.now);
    if (refusal == core::Refusal::none) return true;
    pending->clear();
    answer_refusal(api, request, refusal, stream);
    return false;
}

}  // namespace cmagent::ui
