#include "agent/core/lease_event.h"

#include "agent/cm/running_streams.h"
#include "agent/core/choices.h"
#include "agent/core/own_streams.h"

namespace cmagent::core {
namespace {

// Heartbeats that must be accepted before a session may be re-started silently again: two boxes
// must not displace each other in turns (contract.md, "Heartbeats").
constexpr std::uint16_t kAcceptedBeforeRestart = 3;

// A session that this box opened and no longer plays: from before a power cut, or one whose DELETE
// did not get through (hazards.md 26); or of which nobody knows whether it plays (hazards.md 33).
bool is_forgotten(const cm::ConflictingSession& conflict, const SessionTable& sessions) {
    const Session* const ours = own_session(sessions, conflict);
    return ours != nullptr &&
           (ours->progress.hidden || ours->progress.unclaimed || is_final(ours->progress.playback));
}

// The codes of our own forgotten sessions, or of one that a crash has made us forget, before a
// silent re-start came to flash. They take the place of those that the viewer chose.
bool forgotten_codes(const Session& session, const cm::Evaluation& evaluation,
                     const SessionTable& sessions, cm::Codes& into) {
    bool found = false;
    for (const cm::Advice& advice : evaluation.advice()) {
        for (const cm::ConflictingSession& conflict : advice.conflicts) {
            const bool ours =
                is_forgotten(conflict, sessions) || bears_reference(conflict.metadata, session);
            if (!conflict.termination_code || !ours) continue;
            Text<cm::kMaxCode> code;
            (void)unescape(conflict.termination_code, code);  // as long as a code may be
            if (!found) into.count = 0;
            found = true;
            (void)into.add(code.view());
        }
    }
    return found;
}

bool tolerates(const Settings& settings) {
    return settings.on_unreachable == OnUnreachable::allow && settings.grace > 0;
}

// Nothing was decided. A start goes through on credit only where CM cannot be reached (contract.md,
// "Cannot be reached means"); a session that plays already gets its grace whatever the fault.
LeaseEvent undecided(const Session& session, const Ledgers& ledgers, bool cm_unreachable) {
    const bool plays = session.progress.lease > Lease::unclear;
    const bool applies = plays || (cm_unreachable && no_credit(session, ledgers).empty());
    return tolerates(*ledgers.settings) && applies ? LeaseEvent::tolerated : LeaseEvent::failing;
}

// A fault found once may be a gateway's passing whim, or that of metadata, without which a heartbeat
// goes again: what CM holds, or plays, is asked for once more. A start is the viewer's to repeat; and
// a silent re-start that nothing covers meanwhile is over.
LeaseEvent fault_event(const Session& session, const Ledgers& ledgers) {
    const Lease lease = session.progress.lease;
    const LeaseEvent again = undecided(session, ledgers, false);
    const bool covered = lease != Lease::renewing || again == LeaseEvent::tolerated;
    return lease != Lease::none && covered && !refused_for_good(session) ? again
                                                                         : LeaseEvent::faulty;
}

// CM says that it does not count the session any more.
bool is_end(cm::Meaning meaning) {
    return meaning >= cm::Meaning::conflict && meaning <= cm::Meaning::vanished;
}

// CM has taken the start, be it without a name by which the session could be kept.
bool is_listed(const Session& session, json::Item list) {
    for (const cm::RunningStream& stream : cm::RunningStreams(list)) {
        if (bears_reference(stream.metadata, session)) return true;
    }
    return false;
}

// A start that was found on flash is looked for until CM must have forgotten it.
bool from_flash(const Session::Progress& progress) {
    return progress.lease == Lease::unclear && progress.forgotten_at != kNever;
}

// Whether a start that CM has not taken goes once more: it has not yet, and somebody waits for what
// comes of it, or watches.
bool goes_once_more(const Session& session, const Ledgers& ledgers) {
    const Session::Progress& progress = session.progress;
    if (from_flash(progress)) return false;
    const bool wanted =
        progress.lease != Lease::withdrawn ||
        (progress.ticket != 0 && ledgers.throttle.remaining(session.stream, ledgers.now) == 0);
    return wanted && !progress.once_more;
}

LeaseEvent look_up_event(const Session& session, const cm::Answer& answer, const Ledgers& ledgers) {
    const Session::Progress& progress = session.progress;
    Text<cm::kMaxSessionId> id;
    if (find_listed(session, answer.list, id)) return LeaseEvent::found;
    const bool none = answer.meaning == cm::Meaning::listed && !is_listed(session, answer.list);
    if (none && goes_once_more(session, ledgers)) return LeaseEvent::untaken;
    const bool plays = progress.lease == Lease::assumed || progress.lease == Lease::renewing;
    if (plays && answer.meaning == cm::Meaning::throttled) return LeaseEvent::throttled;
    // A silent re-start that did not come to anything must not go on for ever: its grace begins.
    if (progress.lease == Lease::renewing) return undecided(session, ledgers, true);
    if (from_flash(progress)) return none ? LeaseEvent::lapsed : LeaseEvent::unclear;
    // What came instead of an answer decides.
    const bool unreachable = progress.lost.meaning == cm::Meaning::unreachable;
    if (progress.lease == Lease::unclear &&
        undecided(session, ledgers, unreachable) == LeaseEvent::tolerated)
        return LeaseEvent::tolerated;
    return none ? LeaseEvent::not_found : LeaseEvent::look_failed;
}

}  // namespace

LeaseEvent lease_event_for(const Session& session, const cm::Answer& answer,
                           const Ledgers& ledgers) {
    const Session::Progress& progress = session.progress;
    if (progress.in_flight == cm::Call::running_streams)
        return look_up_event(session, answer, ledgers);
    // A heartbeat may learn it before the start that is why has its own answer.
    if (progress.in_flight == cm::Call::heartbeat && is_end(answer.meaning) &&
        ended_here(ledgers.sessions, session, answer.evaluation))
        return LeaseEvent::ended_here;
    cm::Codes codes;
    switch (answer.meaning) {
        case cm::Meaning::granted:
            return progress.in_flight == cm::Call::end ? LeaseEvent::ended : LeaseEvent::granted;
        case cm::Meaning::conflict:
            return own_codes(session, answer.evaluation, ledgers, codes) ? LeaseEvent::own_conflict
                                                                         : LeaseEvent::conflict;
        case cm::Meaning::terminated:
            return LeaseEvent::terminated;
        case cm::Meaning::revoked:
            return LeaseEvent::revoked;
        case cm::Meaning::vanished:
            return progress.silent && progress.accepted < kAcceptedBeforeRestart
                       ? LeaseEvent::vanished_again
                       : LeaseEvent::vanished;
        case cm::Meaning::throttled:
            return LeaseEvent::throttled;
        case cm::Meaning::incomplete:
        case cm::Meaning::invalid:
        case cm::Meaning::unauthorized:
            return fault_event(session, ledgers);
        case cm::Meaning::unclear:
            return progress.reference != 0
                       ? LeaseEvent::unclear
                       : undecided(session, ledgers, answer.otherwise == cm::Meaning::unreachable);
        case cm::Meaning::unreachable:
            return undecided(session, ledgers, true);
        default:  // listed, not_cm, insecure, clock_not_set, busy
            return undecided(session, ledgers, false);
    }
}

std::string_view no_credit(const Session& session, const Ledgers& ledgers) {
    if (session.progress.resolves != 0) return "limit-known";
    const std::string_view refused = ledgers.refused.reason(session.stream, ledgers.now);
    if (!refused.empty() || !tolerates(*ledgers.settings)) return refused;
    const Time ends = ledgers.credit.ends(ledgers.settings->grace, ledgers.now);
    return ledgers.now < ends ? std::string_view() : "credit-spent";
}

LeaseEvent lapse_event_for(const Session& session, const Ledgers& ledgers) {
    const bool tolerant = undecided(session, ledgers, true) == LeaseEvent::tolerated;
    return tolerant && !refused_for_good(session) ? LeaseEvent::lapsed_tolerated
                                                  : LeaseEvent::lapsed;
}

bool refused_for_good(const Session& session) {
    return session.progress.faults > 1;
}

bool is_refusal(LeaseEvent event) {
    return event == LeaseEvent::conflict || event == LeaseEvent::own_conflict ||
           event == LeaseEvent::terminated || event == LeaseEvent::revoked ||
           event == LeaseEvent::vanished_again;
}

// Taking over happens once for each start: a second 409 is the viewer's to decide.
bool own_codes(const Session& session, const cm::Evaluation& evaluation, const Ledgers& ledgers,
               cm::Codes& into) {
    if (session.progress.in_flight != cm::Call::start || session.progress.took_over) return false;
    if (session.progress.instead != 0) return true;  // no codes: see Lifecycle::take_over()
    if (forgotten_codes(session, evaluation, ledgers.sessions, into)) return true;
    // A 409 to codes that the viewer has chosen is the viewer's again. And a silent re-start takes
    // nobody's place: two boxes would displace each other in turns.
    const bool ours = ledgers.settings->on_conflict == OnConflict::terminate_oldest &&
                      session.terminate.count == 0 && !session.progress.silent;
    return ours && oldest(evaluation, into);
}

bool find_listed(const Session& session, json::Item list, Text<cm::kMaxSessionId>& into) {
    for (const cm::RunningStream& stream : cm::RunningStreams(list)) {
        if (!bears_reference(stream.metadata, session)) continue;
        Text<cm::kMaxSessionId> id;
        if (!stream.session_id || !unescape(stream.session_id, id)) continue;
        if (cm::session_id_in(id.view()) != id.view()) continue;
        return into.assign(id.view());
    }
    return false;
}

}  // namespace cmagent::core
