#pragma once
#include "agent/core/event.h"
#include "agent/core/ledgers.h"
#include "agent/core/refusal.h"

namespace cmagent::core {

// Opens a session for the UI's request, and asks CM for it: at once, or after the end of the
// session that it replaces. The outcome is told later; a refusal says that nothing was opened.
[[nodiscard]] Refusal start(const Start& event, Ledgers& ledgers);
// The same through a conflict. `replaced` is the start whose place it takes; nullptr: none.
[[nodiscard]] Refusal start(const Start& event, const Conflict& conflict, Session* replaced,
                            Ledgers& ledgers);

// How long the session's start has to wait for its turn in the pace of its caller; 0: it may go.
[[nodiscard]] Millis take_turn(Session& session, Ledgers& ledgers);

}  // namespace cmagent::core
