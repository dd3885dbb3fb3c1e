#pragma once
#include "agent/ui/api_state.h"
#include "agent/ui/request_context.h"

namespace cmagent::ui {

// The two halves of ask_core(), which need no template.

// Lets the request wait for a decision about a new ticket. 0: there is no room, and the request is
// answered.
[[nodiscard]] core::Ticket await_decision(ApiState& api, RequestContext& request, PendingKind kind);
// True: the core will decide. False: the core has refused at once, and the request is answered.
[[nodiscard]] bool go_on_waiting(ApiState& api, RequestContext& request, core::Refusal refusal,
                                 const core::StreamRequest& stream);

// Puts `event` (core::Start, Resolve, Query) to the core with a ticket of its own, and the request
// waits for the decision. `stream` is the stream that the caller asks for. False: the request is
// answered already.
template <class Event>
[[nodiscard]] bool ask_core(ApiState& api, RequestContext& request, PendingKind kind, Event& event,
                            const core::StreamRequest& stream) {
    event.ticket = await_decision(api, request, kind);
    if (event.ticket == 0) return false;
    return go_on_waiting(api, request, api.core.handle(event, request.now), stream);
}

}  // namespace cmagent::ui
