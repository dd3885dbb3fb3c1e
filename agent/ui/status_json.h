#pragma once
#include "agent/base/time.h"
#include "agent/json/write.h"
#include "agent/ui/api_state.h"

namespace cmagent::ui {

// GET /v1/status: how the agent and each session that the caller may see stand with CM.
void write_status(json::Writer& writer, ApiState& api, const Caller& caller, Time now);

}  // namespace cmagent::ui
