#pragma once
#include "agent/core/event.h"
#include "agent/core/ledgers.h"
#include "agent/json/read.h"

namespace cmagent::core {

// What becomes in this run of what the run before has kept. `tokens` (cm::kMaxBodyTokens) are free
// again after the call.
void restore(const Begin& event, Ledgers& ledgers, json::Tokens tokens);

}  // namespace cmagent::core
