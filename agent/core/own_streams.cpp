#include "agent/core/own_streams.h"

#include "agent/core/reference.h"

namespace cmagent::core {
namespace {

bool is_id_of(const Session& session, const json::String& text) {
    return text && !session.cm_id.empty() && text.equals(session.cm_id.view());
}

// CM's ids decide where both sides have one: a reference outlives a silent re-start, and what bears
// it may be what CM held before. `value` is the key in a dictionary: an id, whatever the rule calls
// its attribute; or, where the rule names none, perhaps a device that was taken for an id.
const Session* own_session(const SessionTable& sessions, const json::String& id,
                           const json::String& value, json::Item metadata) {
    const bool sure = id && !id.equals(value);
    for (const Session& session : sessions) {
        const bool by_reference =
            (!sure || session.cm_id.empty()) && bears_reference(metadata, session);
        if (is_id_of(session, id) || is_id_of(session, value) || by_reference) return &session;
    }
    return nullptr;
}

template <class Stream>
void learn_code(SessionTable& sessions, const Stream& stream) {
    auto* const session = const_cast<Session*>(own_session(sessions, stream));
    if (session == nullptr || !stream.termination_code) return;
    (void)unescape(stream.termination_code, session->own_code);  // as long as a code may be
}

}  // namespace

bool bears_reference(json::Item metadata, const Session& session) {
    const json::Item reference = json::GetObjectItemCaseSensitive(metadata, kReferenceName);
    return session.progress.reference != 0 &&
           json::GetStringValue(reference).equals(name_for(session.progress.reference).view());
}

const Session* own_session(const SessionTable& sessions, const cm::ConflictingSession& stream) {
    return own_session(sessions, stream.session_id, stream.value, stream.metadata);
}

const Session* own_session(const SessionTable& sessions, const cm::RunningStream& stream) {
    return own_session(sessions, stream.session_id, {}, stream.metadata);
}

void note_chosen(SessionTable& sessions, const Session& session) {
    for (Session& other : sessions) {
        if (session.terminate.has(other.own_code.view())) other.progress.chosen = true;
    }
}

bool ended_here(const SessionTable& sessions, const Session& session,
                const cm::Evaluation& answer) {
    for (const cm::Advice& advice : answer.advice()) {
        const Session* const by = own_session(sessions, advice.terminator.session_id, {}, {});
        if (by != nullptr && by != &session) return true;
    }
    return session.progress.chosen;
}

void learn_codes(SessionTable& sessions, const cm::Evaluation& evaluation) {
    for (const cm::Advice& advice : evaluation.advice()) {
        for (const cm::ConflictingSession& conflict : advice.conflicts)
            learn_code(sessions, conflict);
    }
}

void learn_codes(SessionTable& sessions, const cm::Answer& answer) {
    learn_codes(sessions, answer.evaluation);
    for (const cm::RunningStream& stream : cm::RunningStreams(answer.list))
        learn_code(sessions, stream);
}

}  // namespace cmagent::core
