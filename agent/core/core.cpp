// Leads each event to the part of the core that it is for. Each part decides in its own file.

#include "agent/core/core.h"

#include "agent/core/change.h"
#include "agent/core/deadlines.h"
#include "agent/core/end_stream.h"
#include "agent/core/evidence.h"
#include "agent/core/lifecycle.h"
#include "agent/core/one_player.h"
#include "agent/core/own_streams.h"
#include "agent/core/resolve.h"
#include "agent/core/restore.h"
#include "agent/core/revoke.h"
#include "agent/core/snapshot.h"
#include "agent/core/start.h"
#include "agent/core/waiting.h"

namespace cmagent::core {
namespace {

void log_out(const Logout& logout, Ledgers& ledgers) {
    for (Session& session : ledgers.sessions) {
        if (logout.concerns(session.stream))
            Lifecycle(ledgers, session).end(EndReason::logout, Refusal::replaced);
    }
    for (Conflict& conflict : ledgers.conflicts) {
        if (logout.concerns(conflict.stream)) conclude(conflict, Outcome::gave_up, ledgers);
    }
    ledgers.stream_ends.refuse(logout, ledgers.looks, ledgers.outbox);
    ledgers.looks.forget(logout, ledgers.queries, ledgers.outbox);
}

// What was asked of CM, and for which application.
struct Question {
    cm::Call call;
    std::uint8_t application;
    bool own = false;  // nobody has asked for it
};
Question asked_by(const Session* session, const Look* look, ExchangeId exchange,
                  const Ledgers& ledgers) {
    if (session != nullptr) return {session->progress.in_flight, session->stream.application};
    if (look != nullptr) return {cm::Call::running_streams, look->application};
    if (ledgers.registrations.awaits(exchange))
        return {cm::Call::metadata, ledgers.registrations.asked_for(), true};
    return {cm::Call::metadata, ledgers.queries.application_of(exchange)};
}

// Before the answer is judged: what a start has on credit depends on it.
void note_heard(const Question& asked, cm::Meaning meaning, Ledgers& ledgers) {
    const Credit before = ledgers.credit;
    if (asked.own && !cm::is_word_of_cm(meaning)) {
        ledgers.credit.note_reach(meaning, ledgers.now);
    } else {
        ledgers.credit.note(asked.call, meaning, ledgers.now);
    }
    const bool reachable = ledgers.credit.reachable();
    if (before.reachable() != reachable)
        ledgers.outbox.notify(reachable ? Notice::cm_reachable : Notice::cm_unreachable,
                              kNoSession);
    if (before.outage() != ledgers.credit.outage()) ledgers.outbox.save();
}

// Before the answer changes the session: what it changes makes the looks old.
void learn_limits(const Session& session, const cm::Answer& answer, Ledgers& ledgers,
                  json::Tokens tokens) {
    const StreamRequest& stream = session.stream;
    const cm::Call asked = session.progress.in_flight;
    if (answer.meaning == cm::Meaning::conflict) {
        const bool displaced =
            asked == cm::Call::heartbeat && session.progress.lease == Lease::held;
        return ledgers.limits.learn_refusal(stream.application, answer.evaluation, displaced,
                                            ledgers.wall_ms());
    }
    // A start that ends others shows nothing of how many there may be.
    const bool opened = answer.meaning == cm::Meaning::granted && asked == cm::Call::start &&
                        session.terminate.count == 0;
    const Look* const look = opened ? ledgers.looks.find(stream) : nullptr;
    if (look == nullptr || !look->proves(ledgers.now)) return;
    ledgers.limits.learn_grant(stream, look->streams(tokens), answer.session.view(),
                               ledgers.wall_ms());
}

void look_answered(Look& look, const cm::Answer& answer, Ledgers& ledgers, json::Tokens tokens) {
    Looks::answered(look, answer, *ledgers.settings, ledgers.random, ledgers.now);
    ledgers.queries.looked(look.index, ledgers.outbox);
    end_streams_of(look, ledgers, tokens);
    note_look(look, ledgers, tokens);
}

}  // namespace

// --- from the UI ---

Refusal Core::handle(const Start& event, Time now) {
    ledgers_.now = now;
    return start(event, ledgers_);
}

Refusal Core::handle(const Resolve& event, Time now) {
    ledgers_.now = now;
    return resolve(event, ledgers_, tokens_);
}

Refusal Core::handle(const AwaitPlace& event, Time now) {
    ledgers_.now = now;
    return await_place(event, ledgers_, tokens_);
}

Refusal Core::handle(const GiveUp& event, Time now) {
    ledgers_.now = now;
    return give_up(event, ledgers_);
}

Refusal Core::handle(const Change& event, Time now) {
    ledgers_.now = now;
    Session* session = ledgers_.sessions.find(event.session);
    if (session == nullptr) return Refusal::no_such_session;
    if (session->stream.owner != event.by) return Refusal::not_owner;
    if (!session->live()) return Refusal::no_such_session;
    return change(*session, event, ledgers_);
}

Refusal Core::handle(const Release& event, Time now) {
    ledgers_.now = now;
    Session* session = ledgers_.sessions.find(event.session);
    if (session == nullptr) return Refusal::no_such_session;
    Lifecycle(ledgers_, *session).end_by(event.by);
    return Refusal::none;
}

Refusal Core::handle(const Stopped& event, Time now) {
    ledgers_.now = now;
    Session* session = ledgers_.sessions.find(event.session);
    if (session == nullptr) return Refusal::no_such_session;
    if (session->stream.owner != event.by) return Refusal::not_owner;
    Lifecycle life(ledgers_, *session);
    if (!session->on_screen()) {
        life.end_by_viewer();
    } else if (settings().players[session->stream.player].is_ui) {
        // Of another player only that player knows: a page that has gone took no picture with it.
        life.end(EndReason::user, PlaybackEvent::confirmed);
    }
    return Refusal::none;
}

Refusal Core::handle(const Query& event, Time now) {
    ledgers_.now = now;
    if (ledgers_.shutting_down) return Refusal::shutting_down;
    return ledgers_.queries.ask(event, ledgers_);
}

Refusal Core::handle(const EndStream& event, Time now) {
    ledgers_.now = now;
    return end_stream(event, ledgers_, tokens_);
}

void Core::handle(const Logout& event, Time now) {
    ledgers_.now = now;
    log_out(event, ledgers_);
}

void Core::handle(const Abandoned& event, Time now) {
    ledgers_.now = now;
    if (event.ticket == 0) return;
    for (Session& session : ledgers_.sessions) {
        if (session.progress.ticket != event.ticket) continue;
        session.progress.ticket = 0;
        if (session.undecided()) Lifecycle(ledgers_, session).withdraw(Refusal::none);
    }
    ledgers_.queries.abandon(event.ticket, ledgers_.outbox);
    ledgers_.stream_ends.abandon(event.ticket);
}

void Core::handle(const Listeners& event, Time now) {
    ledgers_.now = now;
    note_listeners(*event.listening, ledgers_);
}

void Core::handle(const Called& event, Time now) {
    ledgers_.now = now;
    note_call(event.by, event.session, ledgers_);
}

// --- from CM ---

void Core::handle(const Answered& event, Time now) {
    ledgers_.now = now;
    ledgers_.heard_at = now;
    const cm::Answer& answer = *event.answer;
    Session* session = ledgers_.sessions.find(event.exchange);
    Look* const look = ledgers_.looks.find(event.exchange);
    const bool for_nobody = session == nullptr && look == nullptr;
    const bool introduces = ledgers_.registrations.awaits(event.exchange);
    if (for_nobody && !introduces && !ledgers_.queries.awaits(event.exchange)) return;
    const Question asked = asked_by(session, look, event.exchange, ledgers_);
    ledgers_.calls.note(asked.call, asked.application, answer, now, ledgers_.wall_ms());
    ledgers_.registrations.note(asked.call, asked.application, answer.meaning);
    const bool unclear = answer.meaning == cm::Meaning::unclear;
    note_heard(asked, unclear ? answer.otherwise : answer.meaning, ledgers_);
    if (cm::is_word_of_cm(answer.meaning)) hasten(ledgers_);
    learn_codes(ledgers_.sessions, answer);
    if (session != nullptr && asked.call == cm::Call::running_streams)
        ledgers_.looks.learn(session->stream, answer, now);
    if (introduces) return ledgers_.registrations.answered(answer, ledgers_);
    if (look != nullptr) return look_answered(*look, answer, ledgers_, tokens_);
    if (session == nullptr) return ledgers_.queries.answered(event.exchange, answer, ledgers_);
    learn_limits(*session, answer, ledgers_, tokens_);
    if (!Lifecycle(ledgers_, *session).answered(answer) || !answer.logout) return;
    // CM has told one application; another one's account of the same name may be another's.
    const std::uint8_t application = session->stream.application;
    ledgers_.outbox.notify(Notice::logout, session->shown() ? session->progress.index : kNoSession)
        .application = application;
    log_out({session->stream.idp.view(), session->stream.subject.view(),
             static_cast<std::uint8_t>(1U << application)},
            ledgers_);
}

// Nobody needs the secrets of a session that is over once its last action is out.
bool Core::poll_action(Action& into) {
    if (ledgers_.outbox.poll(into)) return true;
    ledgers_.sessions.forget_closed();
    return false;
}

bool Core::describe(ExchangeId exchange, cm::Request& into) {
    into = {};
    Session* session = ledgers_.sessions.find(exchange);
    if (session == nullptr)
        return ledgers_.queries.describe(exchange, settings(), into) ||
               ledgers_.looks.describe(exchange, settings(), into) ||
               ledgers_.registrations.describe(exchange, settings(), into);
    requests_.describe(*session, settings(), into);
    return true;
}

// --- from the players and the daemon ---

void Core::handle(const PlayerSaid& event, Time now) {
    ledgers_.now = now;
    hear(event, ledgers_);
}

void Core::handle(const StopSent& event, Time now) {
    ledgers_.now = now;
    note_stop_sent(ledgers_.sessions[event.session], ledgers_);
}

void Core::handle(const Tokens& event, Time now) {
    ledgers_.now = now;
    revoke(event, ledgers_);
}

void Core::handle(const Begin& event, Time now) {
    ledgers_.now = now;
    restore(event, ledgers_, tokens_);
    if (event.introduce) ledgers_.registrations.begin(event.rebooted, ledgers_.random, now);
}

void Core::handle(const Shutdown&, Time now) {
    ledgers_.now = now;
    ledgers_.shutting_down = true;
    for (Session& session : ledgers_.sessions)
        Lifecycle(ledgers_, session).end(EndReason::shutdown, Refusal::shutting_down);
    ledgers_.queries.refuse_all(Refusal::shutting_down, ledgers_.outbox);
    ledgers_.stream_ends.refuse_all(Refusal::shutting_down, ledgers_.outbox);
}

std::size_t Core::snapshot(Buffer into) const {
    return write_snapshot(ledgers_, into);
}

// --- time ---

Time Core::next_deadline() const {
    Time first = ledgers_.registrations.deadline();
    for (const Conflict& conflict : ledgers_.conflicts)
        first = earlier(
            first, earlier(deadline_of(conflict, ledgers_), wait_deadline(conflict, ledgers_)));
    for (const Session& session : ledgers_.sessions)
        first = earlier(first, deadline_of(session, ledgers_));
    return first;
}

void Core::handle_timeout(Time now) {
    ledgers_.now = now;
    if (ledgers_.registrations.deadline() <= now) ledgers_.registrations.ask(ledgers_);
    for (Session& session : ledgers_.sessions) {
        if (deadline_of(session, ledgers_) <= now) time_out(session, ledgers_);
    }
    for (Conflict& conflict : ledgers_.conflicts) {
        if (wait_deadline(conflict, ledgers_) <= now) go_on_waiting(conflict, ledgers_, tokens_);
        if (deadline_of(conflict, ledgers_) <= now) expire(conflict, ledgers_);
    }
}

}  // namespace cmagent::core
