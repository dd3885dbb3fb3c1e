#pragma once
// A conflict in the words of the local API (contract.md, "Conflict").

#include "agent/core/conflicts.h"
#include "agent/json/read.h"
#include "agent/json/write.h"
#include "agent/ui/caller.h"
#include "agent/ui/here.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {

// The members of the conflict itself: `conflictId`, `at`, `expiresAt`, `attempt`, `failed`,
// `sessionId`. Times are left out where the box had no clock.
void write_conflict(json::Writer& writer, const core::Conflict& conflict);

// `violations` as CM's last 409 tells them, a member; empty where it cannot be read. `tokens`
// (cm::kMaxBodyTokens) are free again after the call.
void write_violations_of(json::Writer& writer, const core::Conflict& conflict, const Caller& caller,
                         const core::Core& core, json::Tokens tokens);

// "STATE.LANGUAGE", as of a session: changes with CM's 409s, and with what of the list plays on
// this box. `evaluation` is that of the conflict.
[[nodiscard]] ETag etag(const core::Conflict& conflict, const cm::Evaluation& evaluation,
                        const Caller& caller, const core::Core& core);

}  // namespace cmagent::ui
