// What CM says, and what follows for the session (cm-api.md, "What each answer means for the box").

#include "agent/cm/advice.h"
#include "agent/cm/required_metadata.h"
#include "agent/cm/running_streams.h"
#include "agent/core/core.h"
#include "agent/core/reference.h"

namespace cmagent::core {
namespace {

// Heartbeats that must be accepted before a session may be re-started silently again: two boxes must not displace
// each other in turns (contract.md, "Heartbeats").
constexpr std::uint16_t kAcceptedBeforeRestart = 3;

// What the UI is told when a start comes to this.
Refusal refusal_for(cm::Meaning meaning) {
    switch (meaning) {
        case cm::Meaning::throttled:
            return Refusal::throttled;
        case cm::Meaning::unauthorized:
            return Refusal::cm_credentials;
        case cm::Meaning::insecure:
            return Refusal::cm_tls;
        case cm::Meaning::clock_not_set:
            return Refusal::clock_not_set;
        case cm::Meaning::unreachable:
            return Refusal::cm_unreachable;
        case cm::Meaning::unclear:
            return Refusal::cm_timeout;
        default:
            return Refusal::cm_protocol;
    }
}

}  // namespace

void Core::handle(const Answered& event, Time now) {
    now_ = now;
    const cm::Answer& answer = *event.answer;
    if (QueryRecord* query = query_by_exchange(event.exchange)) {
        note_reachable(answer);
        return answer_query(*query, answer);
    }
    Session* session = by_exchange(event.exchange);
    if (session == nullptr) return;
    note_reachable(answer);
    Session::Progress& progress = session->progress;
    step(*session, ExchangeEvent::answered);
    progress.last_status = answer.status;
    progress.last_meaning = answer.meaning;
    progress.last_answer_at = now_;
    if (progress.in_flight == cm::Call::start && answer.meaning != cm::Meaning::throttled)
        throttle_.clear(session->stream.idp.view(), session->stream.subject.view(), now_);
    if (answer.refresh) required_[session->stream.application].known = false;

    if (progress.in_flight == cm::Call::metadata) return answer_refresh(*session, answer);
    const bool wanted = progress.lease != Lease::releasing && progress.lease != Lease::withdrawn;
    if (answer.meaning == cm::Meaning::incomplete && !progress.refreshed && wanted) {
        progress.refreshed = true;
        return ask(*session, cm::Call::metadata);
    }
    const LeaseEvent what = meaning_for(*session, answer);
    note_metadata(*session, answer);
    step(*session, what, &answer);
    check_lapse(*session);
    if (answer.logout) {
        notify(Notice::logout, session->shown() ? index_of(*session) : kNoSession);
        end_subject(session->stream.idp.view(), session->stream.subject.view(), kEveryApplication);
    }
}

LeaseEvent Core::meaning_for(Session& session, const cm::Answer& answer) {
    if (session.progress.in_flight == cm::Call::running_streams)
        return meaning_of_look(session, answer);
    switch (answer.meaning) {
        case cm::Meaning::granted:
            return session.progress.in_flight == cm::Call::end ? LeaseEvent::ended
                                                               : LeaseEvent::granted;
        case cm::Meaning::conflict:
            return choose_own(session, answer.body) ? LeaseEvent::own_conflict
                                                    : LeaseEvent::conflict;
        case cm::Meaning::terminated:
            return LeaseEvent::terminated;
        case cm::Meaning::revoked:
            return LeaseEvent::revoked;
        case cm::Meaning::vanished:
            return session.progress.silent && session.progress.accepted < kAcceptedBeforeRestart
                       ? LeaseEvent::vanished_again
                       : LeaseEvent::vanished;
        case cm::Meaning::throttled:
            return LeaseEvent::throttled;
        case cm::Meaning::invalid:
            // The heartbeat was at fault for what it carried: it goes again without.
            return session.progress.metadata_sent ? LeaseEvent::failing : LeaseEvent::faulty;
        case cm::Meaning::incomplete:
        case cm::Meaning::unauthorized:
            return LeaseEvent::faulty;
        case cm::Meaning::unclear:
            if (answer.missing_location) session.progress.lost_location = true;
            return session.progress.reference == 0 ? undecided(session, false)
                                                   : LeaseEvent::unclear;
        case cm::Meaning::unreachable:
            return undecided(session, true);
        default:  // listed, not_cm, insecure, clock_not_set
            return undecided(session, false);
    }
}

LeaseEvent Core::meaning_of_look(Session& session, const cm::Answer& answer) {
    const bool listed = answer.meaning == cm::Meaning::listed;
    if (listed && find_reference(session, answer.body)) return LeaseEvent::found;
    // A silent re-start that did not come to anything must not go on for ever: its grace begins.
    if (session.progress.lease == Lease::renewing) return undecided(session, true);
    return listed ? LeaseEvent::not_found : LeaseEvent::look_failed;
}

// What the heartbeat carried goes again with the next one, but not what CM did not take: the session keeps it for a
// silent re-start.
void Core::note_metadata(Session& session, const cm::Answer& answer) {
    if (answer.meaning == cm::Meaning::granted) return;
    if (session.progress.metadata_sent && answer.meaning != cm::Meaning::invalid)
        session.progress.metadata_changed = true;
    session.progress.metadata_sent = false;
}

// Nothing was decided. A start goes through on credit only where CM cannot be reached (contract.md, "Cannot be
// reached means"); a session that plays already gets its grace whatever the fault.
LeaseEvent Core::undecided(const Session& session, bool cm_unreachable) const {
    const bool tolerant = settings_->on_unreachable == OnUnreachable::allow && settings_->grace > 0;
    const bool applies = session.progress.lease != Lease::none || cm_unreachable;
    return tolerant && applies ? LeaseEvent::tolerated : LeaseEvent::failing;
}

bool Core::refused_for_good(const Session& session) const {
    return session.progress.last_meaning == cm::Meaning::unauthorized ||
           session.progress.last_meaning == cm::Meaning::invalid ||
           session.progress.last_meaning == cm::Meaning::incomplete;
}

void Core::note_reachable(const cm::Answer& answer) {
    const bool reachable = is_word_of_cm(answer.meaning);
    if (!reachable && answer.meaning != cm::Meaning::unreachable)
        return;  // somebody was there, who is not said
    if (reachable != unreachable_) return;
    unreachable_ = !reachable;
    notify(reachable ? Notice::cm_reachable : Notice::cm_unreachable, kNoSession);
}

void Core::refuse(Session& session, const cm::Answer* answer) {
    Refusal refusal = refusal_for(answer->meaning);
    std::string_view reason = answer->reason;
    if (session.progress.in_flight == cm::Call::running_streams) {
        // The look-up ends what an unclear start began: it is the start's outcome that the UI is told.
        refusal = session.progress.lost_location ? Refusal::cm_protocol : Refusal::cm_timeout;
        reason = session.progress.lost_location ? "missing-location" : "outcome-unknown";
    } else if (answer->meaning == cm::Meaning::unclear && session.progress.lost_location) {
        refusal = Refusal::cm_protocol;
    } else if (answer->meaning == cm::Meaning::incomplete) {
        refusal = Refusal::missing_metadata;
    }
    Millis retry_after = 0;
    if (answer->meaning == cm::Meaning::throttled) {
        retry_after = silenced_until(session, *answer) - now_;
    }
    refuse(session, refusal, reason, retry_after);
}

// --- 409 ---

// Conflicts that are ended without asking the viewer, once: our own forgotten session, or the oldest where so
// configured.
bool Core::choose_own(Session& session, std::string_view body) {
    if (session.progress.in_flight != cm::Call::start || session.progress.took_over) return false;
    if (find_own(session, body)) return true;
    // A 409 to codes that the viewer has chosen is the viewer's again. And a silent re-start takes nobody's place:
    // two boxes would displace each other in turns.
    const bool ours = settings_->on_conflict == OnConflict::terminate_oldest &&
                      session.terminate.count == 0 && !session.progress.silent;
    return ours && oldest(body, scratch(), session.terminate);
}

// A session that this box opened and no longer plays: from before a power cut, or one whose DELETE did not get
// through (hazards.md 26). Or one that a crash has made it forget, before a silent re-start came to flash.
bool Core::find_own(Session& session, std::string_view body) {
    const cm::Evaluation evaluation = cm::Evaluation::read(body, scratch());
    bool found = false;
    for (const cm::Advice& advice : evaluation.advice()) {
        for (const cm::Conflict& conflict : advice.conflicts) {
            const bool ours =
                is_forgotten(conflict.session_id) || bears_reference(conflict.metadata, session);
            if (!conflict.termination_code || !ours) continue;
            Text<cm::kMaxCode> code;
            (void)unescape(conflict.termination_code, code);  // as long as a code may be
            // They take the place of those that the viewer chose.
            if (!found) session.terminate.count = 0;
            found = true;
            (void)session.terminate.add(code.view());
        }
    }
    return found;
}

bool Core::is_forgotten(const json::String& cm_id) const {
    if (!cm_id) return false;
    for (const Session& session : sessions_) {
        const bool over = session.progress.hidden || is_final(session.progress.playback);
        if (session.progress.used && over && !session.cm_id.empty() &&
            cm_id.equals(session.cm_id.view()))
            return true;
    }
    return false;
}

void Core::offer(Session& session, const cm::Answer& answer) {
    ++counters_.conflicts;
    Conflict& conflict = next_conflict();
    conflict.used = true;
    conflict.over = false;
    conflict.serial = ++serial_;
    conflict.until = now_ + kConflictLife;
    (void)conflict.id.assign(name_for(random_.next()).view());
    conflict.stream = session.stream;
    conflict.body_size = slice(answer.body, 0, sizeof conflict.body).size();
    if (conflict.body_size > 0) std::memcpy(conflict.body, answer.body.data(), conflict.body_size);
    remember_conflict(conflict, session.progress.started_wall_ms);

    const auto index = static_cast<std::uint8_t>(&conflict - conflicts_);
    reply(ActionKind::limited, session.progress.ticket).conflict = index;
    session.progress.hidden = true;
    notify(Notice::conflict, index_of(session)).conflict = index;
}

// A free place, or that of the oldest, those that are over first.
Conflict& Core::next_conflict() {
    Conflict* best = conflicts_;
    for (Conflict& conflict : conflicts_) {
        if (!conflict.used) return conflict;
        const bool older = conflict.serial < best->serial;
        if (conflict.over == best->over ? older : conflict.over) best = &conflict;
    }
    return *best;
}

// --- 410 ---

namespace {

// What is too long to keep is left out rather than cut.
void keep(const json::String& text, AnyText into) {
    if (!unescape(text, into)) into.resize(0);
}

}  // namespace

void Core::remember_terminator(Session& session, std::string_view body) {
    const cm::Evaluation evaluation = cm::Evaluation::read(body, scratch());
    for (const cm::Advice& advice : evaluation.advice()) {
        if (advice.kind != cm::AdviceKind::remote_termination) continue;
        keep(advice.terminator.device_name, session.terminator.device_name);
        keep(advice.terminator.application_name, session.terminator.application_name);
        keep(advice.terminator.channel, session.terminator.channel);
        keep(advice.terminator.started_at, session.terminator.started_at);
        keep(advice.terminator.session_id, session.terminator.session_id);
        return;
    }
}

// --- outcome unknown ---

bool Core::bears_reference(json::Item metadata, const Session& session) {
    const json::Item reference = json::GetObjectItemCaseSensitive(metadata, kReferenceName);
    return json::GetStringValue(reference).equals(name_for(session.progress.reference).view());
}

// Looks for the session that carries our reference, and names the session by it.
bool Core::find_reference(Session& session, std::string_view body) {
    for (const cm::RunningStream& stream : cm::RunningStreams::read(body, scratch())) {
        if (!bears_reference(stream.metadata, session)) continue;
        Text<cm::kMaxSessionId> id;
        if (!stream.session_id || !unescape(stream.session_id, id)) continue;
        if (cm::session_id_in(id.view()) != id.view()) continue;
        identify(session, id.view());
        return true;
    }
    return false;
}

// --- required metadata ---

void Core::learn_names(std::uint8_t application, std::string_view body) {
    RequiredNames& required = required_[application];
    const cm::RequiredMetadata listed = cm::RequiredMetadata::read(body, scratch());
    if (!listed.readable()) return;
    required.known = true;
    required.count = 0;
    for (const json::String name : listed.names()) {
        if (required.count == cm::kMaxRequestPairs) return;
        if (unescape(name, required.names[required.count])) ++required.count;
    }
}

bool Core::lacks_metadata(const Session& session) const {
    const RequiredNames& required = required_[session.stream.application];
    if (!required.known) return false;
    for (std::size_t i = 0; i < required.count; ++i) {
        if (!session.stream.metadata.has(required.names[i].view())) return true;
    }
    return false;
}

// CM found metadata missing, and was asked which it requires. What we hold goes out once more (a heartbeat carries
// everything then); what we lack only the UI can give.
void Core::answer_refresh(Session& session, const cm::Answer& answer) {
    if (session.progress.lease == Lease::releasing) return ask(session, cm::Call::end);
    // The start itself was answered, with the 400: there is nothing at CM.
    if (session.progress.lease == Lease::withdrawn)
        return step(session, LeaseEvent::not_found, &answer);
    const bool start = session.progress.lease == Lease::none ||
                       session.progress.lease == Lease::assumed ||
                       session.progress.lease == Lease::renewing;
    if (answer.meaning == cm::Meaning::listed) learn_names(session.stream.application, answer.body);
    if (start && lacks_metadata(session)) {
        const cm::Answer incomplete = cm::no_response(cm::Meaning::incomplete, {});
        return step(session, LeaseEvent::faulty, &incomplete);
    }
    session.progress.metadata_changed = !start;
    ask(session, start ? cm::Call::start : cm::Call::heartbeat);
}

void Core::answer_query(QueryRecord& query, const cm::Answer& answer) {
    const bool listed = answer.meaning == cm::Meaning::listed;
    if (listed && query.call == cm::Call::metadata) learn_names(query.application, answer.body);
    Action& action = reply(listed ? ActionKind::listed : ActionKind::refused, query.ticket);
    action.application = query.application;
    if (listed) {
        action.body = answer.body;
    } else {
        action.refusal = refusal_for(answer.meaning);
        action.reason = answer.reason;
    }
}

}  // namespace cmagent::core
