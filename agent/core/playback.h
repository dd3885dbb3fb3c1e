#pragma once
#include <cstdint>
#include <string_view>

#include "agent/core/table.h"

namespace cmagent::core {

// The picture of a session on the screen, as far as the agent knows. The last four states are
// final; they are the values of `playback` in the API.
enum class Playback : std::uint8_t {
    idle,         // not allowed yet
    queued,       // allowed; something else is still being stopped on the player
    playing,      // allowed
    stopping,     // the player was told to stop
    backing,      // … a UI that has not confirmed, or is gone: its backup was told, too
    forcing,      // … was forced
    stopped,      // verified
    forced,       // verified after force
    unconfirmed,  // nobody could verify it
    untouched,    // never started, or stopped by the UI itself
};

enum class PlaybackEvent : std::uint8_t {
    queue,  // allowed, but the player is not free
    allow,
    stop,       // CM's word, or ours
    leave,      // the UI has ended the session and stopped playback by itself
    confirmed,  // the player or the UI says that nothing plays any more
    failed,     // the player cannot be reached
    deadline,   // no confirmation in time
    backup,     // … in half of the time, or the UI is gone: its backup is to stop the picture
    exited,     // the player ended by itself
    lost,       // who played, or wanted to, has gone
};

enum class PlaybackAction : std::uint8_t {
    none,
    join,  // a session plays on this player now
    stop,
    stop_backup,
    force,
    finish,  // it is over: leave the player, end the session
};

using PlaybackTable = Table<Playback, PlaybackEvent, PlaybackAction>;
[[nodiscard]] const PlaybackTable& playback_table();

[[nodiscard]] constexpr bool is_final(Playback state) {
    return state >= Playback::stopped;
}

[[nodiscard]] std::string_view name(Playback state);

}  // namespace cmagent::core
