#pragma once
// The evidence that support and operators see of the life of sessions and conflicts: what is
// counted (counters.h), kept (history.h), and told of a conflict's outcome. Each function is called
// at the one place where its matter is decided.

#include <cstdint>

#include "agent/cm/advice.h"
#include "agent/cm/answer.h"
#include "agent/core/ledgers.h"
#include "agent/core/session.h"

namespace cmagent::core {

// CM has answered a call of the session.
void note_answer(const Session& session, cm::Meaning meaning, Ledgers& ledgers);
// CM has granted the session's start, whatever that ended, or its heartbeat.
void note_granted(Session& session, Ledgers& ledgers);
// CM has granted a start, or it was found, that nobody wants any more.
void note_unwanted(Session& session, Ledgers& ledgers);
// Another entry of such a kind for the session: `restarted`, `on_credit`.
void note(History::Kind kind, Session& session, Ledgers& ledgers);
// The session has its end reason.
void note_end(Session& session, Ledgers& ledgers);
// The player is told to stop; it has been told; playback is over.
void note_stop(Session& session, Ledgers& ledgers);
void note_stop_sent(Session& session, Ledgers& ledgers);
void note_stopped(Session& session, Ledgers& ledgers);

// CM has refused a call of the session with a limit: a conflict of its own begins. Returns the id
// of its entry.
[[nodiscard]] std::uint32_t note_conflict(Session& session, const cm::Evaluation& evaluation,
                                          Ledgers& ledgers);
// CM has refused a start through the conflict once more.
void note_again(std::uint32_t entry, const cm::Evaluation& evaluation, Ledgers& ledgers);
// The conflict is over. The first outcome counts.
void note_outcome(std::uint32_t entry, Outcome outcome, Ledgers& ledgers);

}  // namespace cmagent::core
