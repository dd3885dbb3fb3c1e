#pragma once
// The problems that carry more than their code: refusals of the core, and the limit that is
// reached.

#include "agent/core/core.h"
#include "agent/json/read.h"
#include "agent/ui/api_state.h"
#include "agent/ui/reply.h"
#include "agent/ui/request_context.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {

// A refusal of the core with what the answer says about it.
struct RefusalDetails {
    core::Refusal refusal = core::Refusal::none;
    std::string_view reason;  // for the integrator; may be empty
    cm::Blame blame = cm::Blame::none;
    Millis retry_after = 0;  // of `throttled` and `too_many_requests`
    // The stream that the caller asked for; null where the refusal is of something else.
    const core::StreamRequest* stream = nullptr;
    // Of `replaced`: the session that has taken the place of the start; null where none has.
    const core::Session* replacement = nullptr;
};
void answer_refusal(Reply& reply, const RefusalDetails& refused, const core::Core& core);
// The same for a request that the core refuses at once.
void answer_refusal(ApiState& api, RequestContext& request, core::Refusal refusal,
                    const core::StreamRequest& stream);

// 204, or the refusal.
void answer_done(ApiState& api, RequestContext& request, core::Refusal refusal,
                 const core::StreamRequest& stream);

// The limit is reached: the streams that are being watched, and which of them can be ended
// (contract.md, "when the limit is reached"). `status` is 409; 200 or 202 where
// it is no refusal.
void answer_conflict(Reply& reply, const core::Conflict& conflict, ApiState& api, int status);

// The tag that GET /v1/conflicts/{id} would have now, without which a refused client had to ask.
[[nodiscard]] ETag present_tag(const core::Conflict& conflict, const Caller& caller, ApiState& api);

}  // namespace cmagent::ui
