// What the players say, and whether a UI is there at all.

#include "agent/core/core.h"

namespace cmagent::core {

void Core::handle(const PlayerSaid& event, Time now) {
    now_ = now;
    for (Session& session : sessions_) {
        if (!session.progress.used || session.stream.player != event.player) continue;
        switch (event.what) {
            case PlayerSaid::What::stopped:
            case PlayerSaid::What::forced:
                // It answers an order; another session may play there already.
                if (session.progress.playback != Playback::playing)
                    step(session, PlaybackEvent::confirmed);
                break;
            case PlayerSaid::What::unreachable:
                step(session, PlaybackEvent::failed);
                break;
            default:  // exited
                if (session.on_screen())
                    leave(session, EndReason::player_exited, PlaybackEvent::exited);
                break;
        }
    }
}

// A UI that once listened and listens no more has crashed, or was closed (hazards.md 23).
void Core::handle(const Listeners& event, Time now) {
    now_ = now;
    if (event.count > 0) listeners_gone_at_ = kNever;
    if (event.count == 0 && listeners_ > 0) listeners_gone_at_ = now_;
    listeners_ = event.count;
    listened_ = listened_ || listeners_ > 0;
}

}  // namespace cmagent::core
