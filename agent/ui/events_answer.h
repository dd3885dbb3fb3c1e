#pragma once
#include <cstdint>
#include <string_view>

#include "agent/ui/api_state.h"

namespace cmagent::ui {

// The events after `since` as a JSON array: the answer to a long poll.
void answer_events(Reply& reply, ApiState& api, std::uint64_t since);

}  // namespace cmagent::ui
