#pragma once
#include "agent/core/event.h"
#include "agent/core/ledgers.h"
#include "agent/core/refusal.h"
#include "agent/core/session.h"

namespace cmagent::core {

// The first of these pairs that CM does not let change, for the session holds another value of it;
// of an empty name where there is none (cm-api.md, "Metadata that cannot change once set").
[[nodiscard]] cm::Metadata::Pair find_immutable(const Session& session, const cm::Metadata& pairs);

// Gives a live session other metadata, which go to CM with the next heartbeat, or (un)pauses it.
// Refused: nothing changes.
[[nodiscard]] Refusal change(Session& session, const Change& event, Ledgers& ledgers);

// (Un)pauses a live session. False: nothing changes, it was so before. A pause that is said again is
// the same pause, and ends when it would have ended.
bool pause(bool paused, Session& session, Ledgers& ledgers);

}  // namespace cmagent::core
