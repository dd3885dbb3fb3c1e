#include "agent/ui/ask_core.h"

#include "agent/ui/refusal.h"

namespace cmagent::ui {

core::Ticket await_decision(ApiState& api, RequestContext& request, PendingKind kind) {
    PendingRequest* const pending = api.pending.add(request.ticket, kind, request.caller);
    if (pending == nullptr) {
        request.reply.problem(Problem::busy);
        return 0;
    }
    pending->core = ++api.last_ticket;
    return pending->core;
}

bool go_on_waiting(ApiState& api, RequestContext& request, core::Refusal refusal,
                   const core::StreamRequest& stream) {
    if (refusal == core::Refusal::none) return true;
    api.pending.find(request.ticket)->clear();
    answer_refusal(api, request, refusal, stream);
    return false;
}

}  // namespace cmagent::ui
