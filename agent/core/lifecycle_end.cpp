// How a session ends: its playback, its start, and the lease that CM may still hold.

#include "agent/core/evidence.h"
#include "agent/core/lifecycle.h"

namespace cmagent::core {

void Lifecycle::end(EndReason reason, PlaybackEvent event) {
    Session::Progress& progress = session_.progress;
    // The viewer learns of the end as of any other: it has begun, and is stopped.
    if (progress.playback == Playback::queued) play();
    progress.grace_at = kNever;
    progress.pause_at = kNever;
    if (progress.end_reason == EndReason::none) {
        progress.end_reason = reason;
        note_end(session_, ledgers_);
        ledgers_.outbox.save();
    }
    const bool begun = progress.playback != Playback::idle;
    step(event);
    // Nothing has begun in this run, but somebody may watch what a run before had begun.
    if (!begun) ledgers_.outbox.announce(Notice::session_ended, session_);
    release();
}

void Lifecycle::end(EndReason reason, Refusal refusal) {
    if (session_.undecided()) {
        withdraw(refusal);
    } else if (session_.on_screen()) {
        end(reason, PlaybackEvent::stop);
    }
}

// Where another player than the UI was told to stop, the UI cannot say that it has stopped: the
// player's own word is awaited.
void Lifecycle::end_by_viewer() {
    if (session_.undecided()) return withdraw(Refusal::replaced);
    const bool its_own = session_.progress.playback == Playback::playing ||
                         ledgers_.settings->players[session_.stream.player].is_ui;
    if (session_.on_screen() && its_own) end(EndReason::user, PlaybackEvent::leave);
}

void Lifecycle::end_by(const Owner& who) {
    who == session_.stream.owner ? end_by_viewer() : end(EndReason::user, Refusal::replaced);
}

void Lifecycle::withdraw(Refusal refusal) {
    refuse(refusal, {}, 0);
    step(PlaybackEvent::lost);
    session_.progress.after = 0;
    session_.progress.paused = false;
    session_.progress.pause_at = kNever;
    session_.progress.grace_at = kNever;  // it may have been allowed, and waited for its player
    release();
}

// CM does not know what was found on flash. Whether it plays only its player can tell; but what
// plays there may be another session's, and a UI is told by the event.
void Lifecycle::end_forgotten() {
    const std::uint8_t player = session_.stream.player;
    bool may_play = !ledgers_.settings->players[player].is_ui;
    for (const Session& other : ledgers_.sessions) {
        if (other.allowed() && other.stream.player == player) may_play = false;
    }
    if (may_play) step(PlaybackEvent::allow);
    end(EndReason::ui_lost, PlaybackEvent::stop);
}

// Gives back the lease that CM may still hold.
void Lifecycle::release() {
    Session::Progress& progress = session_.progress;
    const Lease lease = progress.lease;
    if (lease == Lease::gone || lease == Lease::releasing || lease == Lease::withdrawn) return;
    // Does CM hold, or is it about to hold, a session that we cannot name yet?
    const bool open =
        progress.call != cm::Call::heartbeat &&
        (progress.exchange == Exchange::in_flight || progress.call == cm::Call::running_streams);
    progress.forgotten_at = ledgers_.now + Pace::kForgottenAfter;
    step(open ? LeaseEvent::withdrawn : LeaseEvent::released);
    const bool asked =
        progress.exchange == Exchange::in_flight && progress.in_flight == cm::Call::start;
    if (asked) ledgers_.outbox.take_back(progress.exchange_id);
    // A look-up that has just failed is made once more.
    if (progress.lease == Lease::withdrawn && progress.exchange == Exchange::idle) retry();
}

}  // namespace cmagent::core
