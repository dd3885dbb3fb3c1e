#pragma once
// The streams of CM that are sessions of this box: in a 409 or among the running ones, told by CM's
// id or, where one side lacks the id, by the agent reference in the stream's metadata. And what
// follows from that: a session knows the termination code by which CM can end it.

#include "agent/cm/advice.h"
#include "agent/cm/answer.h"
#include "agent/cm/running_streams.h"
#include "agent/core/session_table.h"

namespace cmagent::core {

// Whether the metadata of a stream carry the session's agent reference.
[[nodiscard]] bool bears_reference(json::Item metadata, const Session& session);

// The session of this box that the stream is; nullptr: it is another's. Hidden records and those
// that are over are found as well.
[[nodiscard]] const Session* own_session(const SessionTable& sessions,
                                         const cm::ConflictingSession& stream);
[[nodiscard]] const Session* own_session(const SessionTable& sessions,
                                         const cm::RunningStream& stream);

// The start of `session` goes out, or was answered: the sessions of this box whose codes it carries
// are what it ends.
void note_chosen(SessionTable& sessions, const Session& session);

// Whether a start of this box has ended the session, where CM's answer says that it is over: the
// start carried its code, or CM names it as the terminator.
[[nodiscard]] bool ended_here(const SessionTable& sessions, const Session& session,
                              const cm::Evaluation& answer);

// Each session of this box that is listed remembers its own code. The codes stay in memory.
void learn_codes(SessionTable& sessions, const cm::Evaluation& evaluation);
void learn_codes(SessionTable& sessions, const cm::Answer& answer);

}  // namespace cmagent::core
