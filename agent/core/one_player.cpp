#include "agent/core/one_player.h"

#include "agent/core/change.h"
#include "agent/core/lifecycle.h"

namespace cmagent::core {
namespace {

// Each session of a UI is told of, stopped and confirmed by itself; but not by a backup.
bool plays_many(const PlayerSettings& player) {
    return player.is_ui && !player.exclusive && player.backup == PlayerSettings::kNoBackup;
}

// A stop runs, or is about to run, that would hit a picture of this player.
bool awaits_stop(std::uint8_t player, const Ledgers& ledgers) {
    const Settings& settings = *ledgers.settings;
    for (const Session& session : ledgers.sessions) {
        const bool same = settings.last_word(session.stream.player) == settings.last_word(player);
        if (same && session.being_stopped()) return true;
    }
    return false;
}

// That player was told to stop the picture of this session.
bool is_ordered(const Session& session, std::uint8_t player, const Ledgers& ledgers) {
    if (!session.being_stopped()) return false;
    if (session.stream.player == player) return true;
    const bool backed = session.progress.playback != Playback::stopping;
    return backed && ledgers.settings->last_word(session.stream.player) == player;
}

// A session whose start waits for the player.
bool is_queued(const Session& session, std::uint8_t player) {
    return session.stream.player == player && session.progress.playback == Playback::queued;
}

// A picture that is being stopped is neither paused nor does it go on: its order stands.
void hear_pause(bool paused, Session& session, Ledgers& ledgers) {
    if (session.being_stopped() || !pause(paused, session, ledgers)) return;
    ledgers.outbox.announce(Notice::session_updated, session);
}

// The event for a session on the screen.
void hear(PlayerSaid::What what, bool is_ui, Session& session, Ledgers& ledgers) {
    Lifecycle life(ledgers, session);
    switch (what) {
        case PlayerSaid::What::stopped:
        case PlayerSaid::What::forced:
            if (session.being_stopped()) return life.step(PlaybackEvent::confirmed);
            if (is_ui) return;
            break;
        case PlayerSaid::What::unreachable:
            return life.step(PlaybackEvent::failed);
        case PlayerSaid::What::paused:
            return hear_pause(true, session, ledgers);
        case PlayerSaid::What::playing:
            return hear_pause(false, session, ledgers);
        default:  // exited
            break;
    }
    life.end(EndReason::player_exited, PlaybackEvent::exited);
}

}  // namespace

bool is_ordered(std::uint8_t player, const Ledgers& ledgers) {
    for (const Session& session : ledgers.sessions) {
        if (is_ordered(session, player, ledgers)) return true;
    }
    return false;
}

bool is_busy(const Session& session, const Ledgers& ledgers) {
    const std::uint8_t player = session.stream.player;
    if (plays_many(ledgers.settings->players[player])) return false;
    for (const Session& other : ledgers.sessions) {
        const bool earlier = other.progress.serial < session.progress.serial;
        if (is_queued(other, player) && earlier) return true;
    }
    return awaits_stop(player, ledgers);
}

const Session* overtaker_of(const Session& session, const Ledgers& ledgers) {
    const std::uint8_t player = session.stream.player;
    const bool answers = session.progress.ticket != 0;
    if (!answers || !ledgers.settings->players[player].exclusive) return nullptr;
    const Session* last = &session;
    for (const Session& other : ledgers.sessions) {
        const bool later = other.progress.serial > last->progress.serial;
        if (is_queued(other, player) && later) last = &other;
    }
    return last == &session ? nullptr : last;
}

bool takes_place(const Session& session, const Session& other, const Ledgers& ledgers) {
    return other.progress.playback == Playback::playing &&
           other.stream.player == session.stream.player &&
           ledgers.settings->players[session.stream.player].exclusive;
}

void hear(const PlayerSaid& event, Ledgers& ledgers) {
    const bool stopped =
        event.what == PlayerSaid::What::stopped || event.what == PlayerSaid::What::forced;
    // Nobody waits for it any more, and something else may play there already.
    if (stopped && !is_ordered(event.player, ledgers)) return;
    const Settings& settings = *ledgers.settings;
    for (Session& session : ledgers.sessions) {
        const std::uint8_t player = session.stream.player;
        const bool on_it = player == event.player && session.on_screen();
        if (!on_it && !is_ordered(session, event.player, ledgers)) continue;
        // That a UI has no `force` decides nothing while its backup is being forced.
        const bool last = settings.last_word(player) == event.player;
        if (!last && event.what == PlayerSaid::What::unreachable) continue;
        hear(event.what, settings.players[player].is_ui, session, ledgers);
    }
}

}  // namespace cmagent::core
