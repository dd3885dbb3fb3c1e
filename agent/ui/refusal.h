#pragma once
// Problems that need to be told more of than their code.

#include "agent/core/core.h"
#include "agent/ui/api_state.h"
#include "agent/ui/parsed_request.h"
#include "agent/ui/reply.h"

namespace cmagent::ui {

// What the request asks for. False: it cannot be read, and is answered.
[[nodiscard]] bool read_body(ApiState& api, RequestContext& request, RequestForm form,
                             ParsedRequest& into);
[[nodiscard]] bool read_query(ApiState& api, RequestContext& request, RequestForm form,
                              ParsedRequest& into);

// What the core does not do, and why. `stream` is what was asked for; null where it does not matter.
struct RefusalDetails {
    core::Refusal refusal = core::Refusal::none;
    std::string_view reason;
    Millis retry_after = 0;
    const core::StreamRequest* stream = nullptr;
};
void answer_refusal(Reply& reply, const RefusalDetails& refused, const core::Core& core);
// The same for what the core refuses at once.
void answer_refusal(ApiState& api, RequestContext& request, core::Refusal refusal,
                    const core::StreamRequest& stream);

// The limit is reached: who watches what, and what can be ended (contract.md, "when the limit is
// reached"). Also GET /v1/conflicts/{id}, then with status 200.
void answer_conflict(Reply& reply, const core::Conflict& conflict, core::Core& core, int status);

}  // namespace cmagent::ui
