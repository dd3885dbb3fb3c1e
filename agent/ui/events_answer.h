#pragma once
#include <cstdint>
#include <string_view>

#include "agent/ui/context.h"

namespace cmagent::ui {

// The events after `since` as a JSON array: the answer to a long poll.
void answer_events(Reply& reply, const Context& context, std::uint64_t since);

// False: not a decimal number of at most 19 digits.
[[nodiscard]] bool read_event_id(std::string_view text, std::uint64_t& into);

}  // namespace cmagent::ui
