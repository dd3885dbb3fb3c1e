#include "agent/core/deadlines.h"

#include "agent/core/lease_event.h"
#include "agent/core/lifecycle.h"
#include "agent/core/one_player.h"
#include "agent/core/start.h"

namespace cmagent::core {
namespace {

// The time at which the UI that plays the session is taken for lost. Of a session without an owner
// nobody can tell; but what was found on flash has to be claimed, whatever plays it.
Time ui_lost_at(const Session& session, const Ledgers& ledgers) {
    const PlayerSettings& player = ledgers.settings->players[session.stream.player];
    const Session::Progress& progress = session.progress;
    if (progress.playback != Playback::playing) return kNever;
    if (progress.unclaimed) return progress.seen_at + player.lost;
    const bool judged = session.stream.owner && player.is_ui;
    return judged ? lost_at(session.stream, progress.seen_at, ledgers) : kNever;
}

// A UI that is lost cannot be told to stop; its backup can.
PlaybackEvent loss_of(const Session& session, const Ledgers& ledgers) {
    const PlayerSettings& player = ledgers.settings->players[session.stream.player];
    if (player.backup != PlayerSettings::kNoBackup) return PlaybackEvent::backup;
    return player.is_ui ? PlaybackEvent::lost : PlaybackEvent::stop;
}

// The time of the order that is out is over.
PlaybackEvent end_of_patience(const Session& session, const Ledgers& ledgers) {
    const PlayerSettings& player = ledgers.settings->players[session.stream.player];
    const bool untold = session.progress.playback == Playback::stopping;
    return untold && player.backup != PlayerSettings::kNoBackup ? PlaybackEvent::backup
                                                                : PlaybackEvent::deadline;
}

// A start that CM has allowed begins when its player is free, or never: a later one takes its place.
Time leaves_queue_at(const Session& session, const Ledgers& ledgers) {
    if (session.progress.playback != Playback::queued) return kNever;
    const bool waits = is_busy(session, ledgers) && overtaker_of(session, ledgers) == nullptr;
    return waits ? Time(kNever) : ledgers.now;
}

// The set time of the exchange has come.
void speak(Session& session, Ledgers& ledgers) {
    Session::Progress& progress = session.progress;
    // Another start of the same subject may have been throttled since this one was put off, and
    // another of the same caller may have had its turn.
    Millis wait = progress.call == cm::Call::start
                      ? ledgers.throttle.remaining(session.stream, ledgers.now)
                      : 0;
    if (wait == 0) wait = take_turn(session, ledgers);
    if (wait > 0) {
        progress.exchange_at = ledgers.now + wait;
    } else {
        Lifecycle(ledgers, session).step(ExchangeEvent::due);
    }
}

}  // namespace

Time deadline_of(const Session& session, const Ledgers& ledgers) {
    const Session::Progress& progress = session.progress;
    Time first = earlier(progress.exchange_at, lapse_at(session));
    first = earlier(first, earlier(progress.grace_at, progress.pause_at));
    first = earlier(first, earlier(progress.playback_at, progress.forgotten_at));
    return earlier(first, earlier(leaves_queue_at(session, ledgers), ui_lost_at(session, ledgers)));
}

// But for a start whose outcome is unknown and that cannot be looked for (Lifecycle::retry()).
void hasten(Ledgers& ledgers) {
    for (Session& session : ledgers.sessions) {
        Session::Progress& progress = session.progress;
        const bool failed = progress.exchange == Exchange::backing_off &&
                            !cm::is_word_of_cm(progress.last_meaning) &&
                            progress.last_meaning != cm::Meaning::unclear;
        if (failed) progress.exchange_at = earlier(progress.exchange_at, ledgers.now);
    }
    ledgers.looks.hasten(ledgers.now);
}

void time_out(Session& session, Ledgers& ledgers) {
    Session::Progress& progress = session.progress;
    Lifecycle life(ledgers, session);
    const Time now = ledgers.now;
    if (progress.forgotten_at <= now) {
        progress.forgotten_at = kNever;
        life.step(LeaseEvent::lapsed);
    }
    // The heartbeat goes first: after a standby both it and the lease are over, and CM is to be
    // asked before anything is concluded (hazards.md 25).
    if (progress.exchange_at <= now) speak(session, ledgers);
    if (lapse_at(session) <= now) life.step(lapse_event_for(session, ledgers));
    if (progress.grace_at <= now) {
        progress.grace_at = kNever;
        life.step(LeaseEvent::grace_over);
    }
    if (progress.pause_at <= now) life.end(EndReason::paused, Refusal::replaced);
    if (progress.playback_at <= now) {
        progress.playback_at = kNever;
        life.step(end_of_patience(session, ledgers));
    }
    if (leaves_queue_at(session, ledgers) <= now) life.leave_queue();
    if (ui_lost_at(session, ledgers) <= now)
        life.end(EndReason::ui_lost, loss_of(session, ledgers));
}

}  // namespace cmagent::core
