// What time brings.

#include "agent/core/core.h"

namespace cmagent::core {

Time Core::ui_lost_at(const Session& session) const {
    const PlayerSettings& player = settings_->players[session.stream.player];
    const bool watched = player.is_ui && session.progress.playback == Playback::playing;
    if (!watched || listeners_gone_at_ == kNever) return kNever;
    // A UI that starts a session is there, even if it listens to no events.
    return later(listeners_gone_at_, session.progress.began_at) + player.lost;
}

// The lease is judged only while no answer is due: a request in flight may still renew it, and while CM throttles
// playback goes on, also past the lease (cm-api.md, 429).
Time Core::lapse_at(const Session& session) const {
    const bool due = session.progress.exchange == Exchange::in_flight ||
                     session.progress.exchange == Exchange::cooling;
    return session.progress.lease == Lease::held && !due ? session.progress.pace.expires() : kNever;
}

Time Core::deadline(const Session& session) const {
    const Session::Progress& progress = session.progress;
    Time first = earlier(progress.exchange_at, lapse_at(session));
    first = earlier(first, earlier(progress.grace_at, progress.pause_at));
    first = earlier(first, earlier(progress.playback_at, progress.forgotten_at));
    return earlier(first, ui_lost_at(session));
}

Time Core::next_deadline() const {
    Time first = kNever;
    for (const Session& session : sessions_) {
        if (session.progress.used) first = earlier(first, deadline(session));
    }
    for (const Conflict& conflict : conflicts_) {
        if (conflict.used && !conflict.over) first = earlier(first, conflict.until);
    }
    return first;
}

void Core::handle_timeout(Time now) {
    now_ = now;
    for (Session& session : sessions_) {
        if (session.progress.used && deadline(session) <= now_) time_out(session);
    }
    for (Conflict& conflict : conflicts_) {
        if (conflict.used && conflict.until <= now_) conflict.over = true;
    }
}

void Core::time_out(Session& session) {
    Session::Progress& progress = session.progress;
    if (progress.forgotten_at <= now_) {
        progress.forgotten_at = kNever;
        step(session, LeaseEvent::lapsed);
    }
    // The heartbeat goes first: after a standby both it and the lease are over, and CM is to be asked before
    // anything is concluded (hazards.md 25).
    if (progress.exchange_at <= now_) speak(session);
    check_lapse(session);
    if (progress.grace_at <= now_) {
        progress.grace_at = kNever;
        step(session, LeaseEvent::grace_over);
    }
    if (progress.pause_at <= now_) stop(session, EndReason::paused);
    if (progress.playback_at <= now_) {
        progress.playback_at = kNever;
        step(session, PlaybackEvent::deadline);
    }
    if (ui_lost_at(session) <= now_) leave(session, EndReason::ui_lost, PlaybackEvent::lost);
}

void Core::speak(Session& session) {
    Session::Progress& progress = session.progress;
    // Another start of the same subject may have been throttled since this one was put off.
    const Millis silence =
        progress.call == cm::Call::start ? throttle_remaining(session.stream) : 0;
    if (silence > 0) {
        progress.exchange_at = now_ + silence;
    } else {
        step(session, ExchangeEvent::due);
    }
}

void Core::check_lapse(Session& session) {
    if (now_ < lapse_at(session)) return;
    const bool tolerant =
        undecided(session, true) == LeaseEvent::tolerated && !refused_for_good(session);
    step(session, tolerant ? LeaseEvent::lapsed_tolerated : LeaseEvent::lapsed);
}

}  // namespace cmagent::core
