#pragma once
#include <string_view>

#include "agent/base/text.h"
#include "agent/ui/api_state.h"

namespace cmagent::ui {

// GET /metrics: counters since the start and the present state, in Prometheus' text format, version
// 0.0.4. No metric names a person or a stream.
[[nodiscard]] std::string_view write_metrics(ApiState& api, Buffer into);

}  // namespace cmagent::ui
