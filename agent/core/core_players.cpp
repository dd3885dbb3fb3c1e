// What the players say, and whether a UI is there at all.

#include "agent/core/core.h"

namespace cmagent::core {

void Core::handle(const PlayerSaid& event, Time now) {
    for (Session& session : sessions_) {
        if (!session.at.used || session.wanted.player != event.player) continue;
        const Playback playback = session.at.playback;
        switch (event.what) {
            case PlayerSaid::What::stopped:
                if (playback == Playback::stopping) step(session, PlaybackEvent::confirmed, now);
                break;
            case PlayerSaid::What::forced:
                if (playback == Playback::forcing) step(session, PlaybackEvent::confirmed, now);
                break;
            case PlayerSaid::What::unreachable:
                step(session, PlaybackEvent::failed, now);
                break;
            case PlayerSaid::What::exited:
                if (playback == Playback::playing || playback == Playback::stopping ||
                    playback == Playback::forcing) {
                    leave(session, EndReason::player_exited, PlaybackEvent::exited, now);
                }
                break;
        }
    }
}

// A UI that once listened and listens no more has crashed, or was closed (hazards.md 23).
void Core::handle(const Listeners& event, Time now) {
    listeners_ = event.count;
    if (listeners_ > 0) listener_seen_ = true;
    listeners_gone_at_ = listener_seen_ && listeners_ == 0 ? now : kNever;
}

}  // namespace cmagent::core
