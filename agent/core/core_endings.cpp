#include "agent/core/core.h"

// How a session ends: refused, stopped by us, left by the viewer; what CM holds is given back, and who waited for that
// goes on.

namespace cmagent::core {

void Core::refuse(Session& session, Refusal refusal, std::string_view reason, Millis retry_after) {
    if (session.progress.ticket != 0) {
        Action& action = reply(ActionKind::refused, session.progress.ticket);
        action.refusal = refusal;
        action.reason = reason;
        action.retry_after = retry_after;
        action.session = index_of(session);
        action.application = session.stream.application;
    }
    session.progress.hidden = true;
}

// Takes back a start that is not decided yet.
void Core::withdraw(Session& session, Refusal refusal) {
    refuse(session, refusal, {}, 0);
    session.progress.after = 0;
    release(session);
}

// The first reason counts, and is what is kept.
void Core::conclude(Session& session, EndReason reason) {
    session.progress.grace_at = kNever;
    session.progress.pause_at = kNever;
    if (session.progress.end_reason != EndReason::none) return;
    session.progress.end_reason = reason;
    save();
}

// Stops playback because CM, or we, say so. What CM may still hold is given back.
void Core::stop(Session& session, EndReason reason) {
    conclude(session, reason);
    step(session, PlaybackEvent::stop);
    release(session);
}

// The session is over because playback is, or is about to be.
void Core::leave(Session& session, EndReason reason, PlaybackEvent event) {
    conclude(session, reason);
    step(session, event);
    release(session);
}

void Core::release(Session& session) {
    const Lease lease = session.progress.lease;
    if (lease == Lease::gone || lease == Lease::releasing || lease == Lease::withdrawn) return;
    // Does CM hold, or is it about to hold, a session that we cannot name yet?
    const bool open = session.progress.call != cm::Call::heartbeat &&
                      (session.progress.exchange == Exchange::in_flight ||
                       session.progress.call == cm::Call::running_streams);
    session.progress.forgotten_at = now_ + Pace::kForgottenAfter;
    step(session, open ? LeaseEvent::withdrawn : LeaseEvent::released);
    // A look-up that has just failed is made once more.
    if (session.progress.lease == Lease::withdrawn && session.progress.exchange == Exchange::idle)
        retry(session);
}

// Gives back to CM what it holds.
void Core::end(Session& session, const cm::Answer* answer) {
    // A start that was granted when nobody wanted it any more: now it has a name.
    if (answer != nullptr && session.progress.in_flight == cm::Call::start)
        identify(session, answer->session.view());
    const Millis life = session.progress.pace.life();
    session.progress.forgotten_at =
        now_ + (life > Pace::kForgottenAfter ? life : Pace::kForgottenAfter);
    ask(session, cm::Call::end);
}

void Core::settle_gone(Session& session) {
    session.progress.forgotten_at = kNever;
    session.progress.grace_at = kNever;
    step(session, ExchangeEvent::drop);
    let_successors_go(session);
    if (session.closed()) save();
    if (session.progress.hidden) session.progress.used = false;
}

// A zap waits for the session that it replaces until CM has been told, or could not be told at the first attempt.
void Core::let_successors_go(const Session& ended) {
    for (Session& session : sessions_) {
        if (!session.progress.used || session.progress.after != ended.progress.serial) continue;
        session.progress.after = 0;
        ask(session, cm::Call::start);
    }
}

void Core::finish(Session& session) {
    session.progress.playback_at = kNever;
    order(ActionKind::leave_player, session);
    if (session.progress.playback == Playback::unconfirmed) ++counters_.unconfirmed_stops;
    if (session.closed()) save();
    touch(session, Notice::session_ended);
}

bool Core::idle() const {
    for (const Session& session : sessions_) {
        if (session.progress.used && !session.closed()) return false;
    }
    return true;
}

}  // namespace cmagent::core
