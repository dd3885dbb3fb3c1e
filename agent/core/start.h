#pragma once
#include "agent/core/event.h"
#include "agent/core/ledgers.h"
#include "agent/core/refusal.h"

namespace cmagent::core {

// Opens a session for what the UI asks for, and asks CM, at once or after the session that it
// replaces. What it comes to is told later; a refusal says that nothing was opened.
[[nodiscard]] Refusal start(const Start& event, Ledgers& ledgers);

}  // namespace cmagent::core
