// The effects of the lease's actions: a session begins, goes on, goes on without CM, is given back,
// or is refused.

#include "agent/core/evidence.h"
#include "agent/core/lease_event.h"
#include "agent/core/lifecycle.h"
#include "agent/core/one_player.h"
#include "agent/core/reference.h"
#include "agent/core/requests.h"

namespace cmagent::core {

// A session that CM knows no longer although its life was not over: its lease was shorter than CM's
// fields said, unless a lost answer was CM's word on it.
void Lifecycle::learn_life(cm::Meaning heard) {
    const Session::Progress& progress = session_.progress;
    Patience& patience = ledgers_.patience;
    const std::uint8_t application = session_.stream.application;
    // As long as it was for CM at the least, and at the most.
    const Millis known = progress.asked_at - progress.accepted_at;
    const Millis interval = progress.pace.since_granted(ledgers_.now);
    if (heard == cm::Meaning::granted) patience.knew(application, known);
    if (heard != cm::Meaning::vanished || !progress.pace.undisturbed(ledgers_.now)) return;
    if (!patience.forgot(application, interval, ledgers_.now)) return;
    // The others were planned by the same fields.
    for (Session& other : ledgers_.sessions) {
        const bool planned =
            other.progress.lease == Lease::held && other.progress.exchange == Exchange::waiting;
        if (planned && other.stream.application == application)
            other.progress.exchange_at = ledgers_.now;
    }
}

// Takes over CM's id: from the answer to a start, or from the list in which the session was found.
// The API shows the id: it changes with the ETag, although nobody is told.
void Lifecycle::identify(const cm::Answer& answer) {
    const cm::Call asked = session_.progress.in_flight;
    if (asked != cm::Call::start && asked != cm::Call::running_streams) return;
    if (asked == cm::Call::running_streams) {
        (void)find_listed(session_, answer.list, session_.cm_id);
    } else {
        session_.cm_id = answer.session;
        session_.own_code.clear();
        session_.progress.chosen = false;
    }
    ++session_.progress.revision;
    end_chosen();
}

void Lifecycle::granted(const cm::Answer& answer) {
    Session::Progress& progress = session_.progress;
    // A session that was found, not granted, has an unknown life: a heartbeat tells it.
    const bool found = progress.in_flight == cm::Call::running_streams;
    note_granted(session_, ledgers_);
    ledgers_.rates.note_granted(session_.stream.party, ledgers_.sessions, ledgers_.now);
    if (progress.in_flight != cm::Call::heartbeat) outlive_limit();
    identify(answer);
    if (progress.in_flight == cm::Call::start || progress.metadata_sent)
        progress.names_held = progress.names_sent;
    progress.refreshed = false;
    progress.faults = 0;
    progress.accepted_at = ledgers_.now;
    progress.confirmed = true;
    if (!found && answer.lifetime_ms <= 0) ++ledgers_.counters.lifetimes_missing;
    progress.metadata_sent = false;
    progress.pace.granted(
        ledgers_.patience.life(session_.stream.application, answer.lifetime_ms, ledgers_.now),
        progress.asked_at, ledgers_.now);
    progress.call = cm::Call::heartbeat;
    step(found ? ExchangeEvent::ask : ExchangeEvent::plan,
         progress.pace.heartbeat_due(static_cast<int>(ledgers_.settings->heartbeat_percent),
                                     ledgers_.random));
}

void Lifecycle::begin() {
    session_.progress.forgotten_at = kNever;  // of a start that was found on flash
    ledgers_.outbox.save();
    is_busy(session_, ledgers_) ? step(PlaybackEvent::queue) : play();
}

void Lifecycle::begin_on_credit() {
    ledgers_.credit.lend();
    begin();
    enter_grace();
}

void Lifecycle::play() {
    Session::Progress& progress = session_.progress;
    progress.seen_at = ledgers_.now;
    take_player();
    step(PlaybackEvent::allow);
    ledgers_.outbox.reply(ActionKind::started, progress.ticket).session = progress.index;
    ledgers_.outbox.announce(Notice::session_started, session_);
    ledgers_.outbox.save();
    look_for_code();
}

// A session on credit, or one that was silently started again, is CM's too.
void Lifecycle::recover(const cm::Answer& answer) {
    if (session_.progress.in_flight == cm::Call::heartbeat) {
        session_.progress.accept();
    } else {
        ledgers_.outbox.save();  // a session of another name
    }
    session_.progress.grace_at = kNever;
    granted(answer);
    ledgers_.outbox.announce(Notice::session_updated, session_);
}

// No viewer is to be aware of a silent re-start, so nobody is told of it; but the API shows CM's
// id, and the ETag changes with the id.
void Lifecycle::restart() {
    Session::Progress& progress = session_.progress;
    ++ledgers_.counters.silent_restarts;
    note(History::Kind::restarted, session_, ledgers_);
    progress.silent = true;
    progress.accepted = 0;
    progress.metadata_changed = false;
    session_.cm_id.clear();
    session_.own_code.clear();
    progress.chosen = false;
    ++progress.revision;
    session_.terminate.clear();
    progress.pace.forget();
    ledgers_.outbox.save();
    ask(cm::Call::start);
}

void Lifecycle::enter_grace() {
    Session::Progress& progress = session_.progress;
    ++ledgers_.counters.graces;
    note(History::Kind::on_credit, session_, ledgers_);
    const Millis grace = ledgers_.settings->grace;
    const Time ends = progress.confirmed
                          ? ledgers_.now + grace
                          : later(ledgers_.now, ledgers_.credit.ends(grace, ledgers_.now));
    // A silent re-start within grace does not begin it anew.
    if (progress.grace_at == kNever) progress.grace_at = ends;
    // A start that may have been taken is looked for before it is asked again.
    const bool looking =
        progress.call == cm::Call::running_streams && progress.last_meaning != cm::Meaning::listed;
    if (!looking) progress.call = call_for(progress.lease);
    if (progress.exchange == Exchange::idle) retry();
}

// Returns the end of the cool-down. A 429 to a start silences all starts of the subject, a 429 to
// another call this session alone.
Time Lifecycle::note_throttle(const cm::Answer& answer) {
    Pace& pace = session_.progress.pace;
    ++ledgers_.counters.throttles;
    if (session_.progress.in_flight != cm::Call::start)
        return pace.throttled_until(answer.lifetime_ms, ledgers_.now);
    const bool again = ledgers_.throttle.again(session_.stream);
    const Time until =
        pace.throttled_until(again ? cm::kUnknownLifetime : answer.lifetime_ms, ledgers_.now);
    ledgers_.throttle.silence(session_.stream, until);
    return until;
}

void Lifecycle::wait_out_throttle(const cm::Answer& answer) {
    const Time until = note_throttle(answer);
    // Playback goes on while CM throttles (cm-api.md, 429): grace counts from the moment when CM
    // may be asked again.
    Timer& grace = session_.progress.grace_at;
    const Millis rest =
        session_.progress.confirmed ? ledgers_.settings->grace : Time(grace) - ledgers_.now;
    if (grace != kNever) grace = until + rest;
    step(ExchangeEvent::throttled, until);
}

// Tells CM that the session is over.
void Lifecycle::give_back(const cm::Answer& answer) {
    // A start that was granted, or found, after it was withdrawn has CM's id only now.
    if (is_success(answer.meaning)) {
        note_unwanted(session_, ledgers_);
        identify(answer);
    }
    const Millis life = session_.progress.pace.life();
    const Millis forgotten_after = life > Pace::kForgottenAfter ? life : Pace::kForgottenAfter;
    session_.progress.forgotten_at = ledgers_.now + forgotten_after;
    if (!session_.progress.left_to_code) return ask(cm::Call::end);
    // Should that start be lost from sight, CM is told all the same.
    session_.progress.call = cm::Call::end;
    step(ExchangeEvent::plan, ledgers_.now + ledgers_.settings->longest_call());
}

void Lifecycle::tell_end(const cm::Answer& answer) {
    Session::Progress& progress = session_.progress;
    const bool failed =
        progress.exchange == Exchange::backing_off || progress.exchange == Exchange::cooling;
    const bool owed = progress.lease == Lease::releasing || progress.lease == Lease::withdrawn;
    const bool told = progress.lease == Lease::gone || (owed && failed);
    if (progress.ticket == 0 || session_.on_screen() || !told) return;
    // Without CM's name there was nothing but a start, and it was refused.
    if (session_.cm_id.empty()) return refuse(answer);
    ledgers_.outbox.reply(ActionKind::done, progress.ticket);
}

void Lifecycle::refuse(const cm::Answer& answer) {
    const Session::Progress& progress = session_.progress;
    const StreamRequest& stream = session_.stream;
    Refusal refusal = refusal_for(answer.meaning);
    cm::Blame blame = answer.blame;
    std::string_view reason = ledgers_.rejection.reason_for(
        refusal, answer,
        {stream.subject.view(), ledgers_.settings->applications[stream.application].id.view(),
         &session_.terminate});
    if (progress.in_flight == cm::Call::running_streams || answer.meaning == cm::Meaning::unclear) {
        // The look-up belongs to an unclear start: the UI is told the outcome of that start.
        refusal = refusal_for(progress.lost.meaning);
        reason = progress.lost.reason;
        blame = progress.lost.blame;
    } else if (answer.meaning == cm::Meaning::incomplete &&
               ledgers_.required_names.lacks(stream.application, stream.metadata)) {
        // Where nothing is known to be missing, CM's own words have to do.
        refusal = Refusal::missing_metadata;
        reason = answer.reason;
    }
    const std::string_view lacking = no_credit(session_, ledgers_);
    if (refusal == Refusal::cm_unreachable && !lacking.empty()) reason = lacking;
    // Where nobody wanted to watch the lease has noted the throttle already.
    // Where a look is throttled its session alone waits.
    const bool silences = progress.in_flight == cm::Call::start && !progress.hidden;
    if (answer.meaning == cm::Meaning::throttled && silences) (void)note_throttle(answer);
    refuse(refusal, reason, ledgers_.throttle.remaining(stream, ledgers_.now), blame);
}

void Lifecycle::refuse(Refusal refusal, std::string_view reason, Millis retry_after,
                       cm::Blame blame) {
    Session::Progress& progress = session_.progress;
    if (progress.ticket != 0) {
        Action& action = ledgers_.outbox.reply(ActionKind::refused, progress.ticket);
        action.refusal = refusal;
        action.blame = blame;
        action.reason = reason;
        action.retry_after = retry_after;
        action.session = progress.index;
        action.application = session_.stream.application;
    }
    progress.hidden = true;
}

Session& open_session(Ledgers& ledgers) {
    Session& place = ledgers.sessions.place();
    if (place.progress.used) Lifecycle(ledgers, place).drop();
    Ticket& waiting = place.progress.ticket;
    if (waiting != 0)
        ledgers.outbox.reply(ActionKind::refused, waiting).refusal = Refusal::too_many_queries;
    ledgers.sessions.open(place);
    return place;
}

void name_anew(Session& session, Ledgers& ledgers) {
    (void)session.id.assign(name_for(ledgers.ids.next()).view());
    session.progress.reference = ledgers.settings->reference ? ledgers.ids.next() | 1 : 0;
}

}  // namespace cmagent::core
