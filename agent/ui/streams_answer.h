#pragma once
#include "agent/base/time.h"
#include "agent/core/looks.h"
#include "agent/ui/api_state.h"
#include "agent/ui/reply.h"

namespace cmagent::ui {

// GET /v1/streams: the streams of the look, or why CM has not told them.
void answer_streams(Reply& reply, const core::Look& look, ApiState& api, Time now);

// GET /v1/outlook: whether a start like `wish` would fit, as far as it is known.
void answer_outlook(Reply& reply, const core::Look& look, const core::StreamRequest& wish,
                    ApiState& api, Time now);

}  // namespace cmagent::ui
