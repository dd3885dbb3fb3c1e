#pragma once
#include "agent/core/event.h"
#include "agent/core/ledgers.h"
#include "agent/core/refusal.h"
#include "agent/core/session.h"

namespace cmagent::core {

// Gives a live session other metadata, which go to CM with the next heartbeat, or (un)pauses it.
// Refused: nothing changes.
[[nodiscard]] Refusal change(Session& session, const Change& event, Ledgers& ledgers);

}  // namespace cmagent::core
