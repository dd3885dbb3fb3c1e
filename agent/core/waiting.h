#pragma once
// Waiting for a place, from the viewer's wish to the place or the end of the waiting (contract.md,
// "Waiting for a place"). What is waited for is kept with the conflict: Wait.

#include "agent/base/time.h"
#include "agent/core/conflicts.h"
#include "agent/core/event.h"
#include "agent/core/ledgers.h"
#include "agent/core/looks.h"
#include "agent/core/refusal.h"
#include "agent/json/read.h"

namespace cmagent::core {

// `tokens` (cm::kMaxBodyTokens), here and below, are free again after the call.
[[nodiscard]] Refusal await_place(const AwaitPlace& event, Ledgers& ledgers, json::Tokens tokens);

// Also where nobody waits.
void end_waiting(Conflict& conflict, Ledgers& ledgers);

// When the waiting has something to do; kNever: nothing, or nobody waits.
[[nodiscard]] Time wait_deadline(const Conflict& conflict, const Ledgers& ledgers);
// It has come.
void go_on_waiting(Conflict& conflict, Ledgers& ledgers, json::Tokens tokens);

// A session of that subject is over on this box, and its place may be free.
void look_again(const StreamRequest& account, Ledgers& ledgers);

// A look was made, well or ill, by anybody's wish.
void note_look(const Look& look, Ledgers& ledgers, json::Tokens tokens);

}  // namespace cmagent::core
