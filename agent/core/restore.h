#pragma once
#include "agent/core/event.h"
#include "agent/core/ledgers.h"
#include "agent/json/read.h"

namespace cmagent::core {

// Decides how the sessions that the run before has kept go on in this run. `tokens`
// (cm::kMaxBodyTokens) are free again after the call.
void restore(const Begin& event, Ledgers& ledgers, json::Tokens tokens);

}  // namespace cmagent::core
