#pragma once
// What the sessions of one player have to do with one another (contract.md, "Players").

#include "agent/core/event.h"
#include "agent/core/ledgers.h"
#include "agent/core/session.h"

namespace cmagent::core {

// A session that CM allows must not begin yet: something is still being stopped on its player, and
// the order could hit the new picture; or an earlier start waits for the same.
[[nodiscard]] bool is_busy(const Session& session, const Ledgers& ledgers);

// An order to this player is out that stops a session: its own, or one of a UI whose backup it is.
[[nodiscard]] bool is_ordered(std::uint8_t player, const Ledgers& ledgers);

// The last of the starts that wait for the exclusive player of `session`, which waits there, too;
// nullptr: it is the last itself, or no caller waits for its answer (it was waited for a place): that
// it was granted only an event tells, and its end the next.
[[nodiscard]] const Session* overtaker_of(const Session& session, const Ledgers& ledgers);

// `other` plays on the exclusive player of `session`, which has not begun, and takes its place there.
[[nodiscard]] bool takes_place(const Session& session, const Session& other,
                               const Ledgers& ledgers);

// What a player has told is true of every session on it, and of what it was told to stop for a UI.
void hear(const PlayerSaid& event, Ledgers& ledgers);

}  // namespace cmagent::core
