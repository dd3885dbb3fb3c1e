#pragma once
// A conflict from its first 409, which Lifecycle hears, to its outcome (contract.md, "Conflict").

#include "agent/base/time.h"
#include "agent/core/conflicts.h"
#include "agent/core/event.h"
#include "agent/core/ledgers.h"
#include "agent/core/refusal.h"
#include "agent/json/read.h"

namespace cmagent::core {

// Starts again what CM has refused, with the viewer's codes. A start through the same conflict that
// is still under way is taken over where it has the same codes, and else replaced as in a zap. The
// conflict stays open until CM has granted the start. `tokens` (cm::kMaxBodyTokens) are free again
// after the call.
[[nodiscard]] Refusal resolve(const Resolve& event, Ledgers& ledgers, json::Tokens tokens);

// The user gives it up: a start through it that is still under way ends, too.
[[nodiscard]] Refusal give_up(const GiveUp& event, Ledgers& ledgers);

// The only way in which a conflict comes to be over. The first outcome counts.
void conclude(Conflict& conflict, Outcome outcome, Ledgers& ledgers);

// When the conflict expires, and with it what is remembered of one that was given up: never while a
// start through it is under way.
[[nodiscard]] Time deadline_of(const Conflict& conflict, const Ledgers& ledgers);
void expire(Conflict& conflict, Ledgers& ledgers);

}  // namespace cmagent::core
