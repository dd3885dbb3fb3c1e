#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/limits.h"
#include "agent/cm/metadata.h"

namespace cmagent::core {

// Streams that a box can play at once: picture-in-picture, recording and a few clients behind a
// gateway.
inline constexpr std::size_t kMaxSessions = 16;
inline constexpr std::size_t kKeptEnded = 16;  // ended sessions that can be read (contract.md)
inline constexpr std::size_t kMaxApplications = 8;
inline constexpr std::size_t kMaxPlayers = 8;

// A heartbeat a minute is CM's pace (cm-api.md, "Pace"), on leases of 60 s.
inline constexpr int kHeartbeatPercent = 85;

// Of the first application and the first player, which have no name of their own.
inline constexpr std::string_view kDefaultName = "default";
// As people read it, in the log, the status and a check.
[[nodiscard]] inline std::string_view shown_name(ConstText name) {
    return name.view().empty() ? kDefaultName : name.view();
}

enum class OnConflict : std::uint8_t { ask, terminate_oldest };
// The way in which a start takes the place of a session.
enum class Zap : std::uint8_t { delete_first, atomic };
enum class OnUnreachable : std::uint8_t { allow, deny };

// An app on the box, and its id at CM. The first app is the default (`cm.applicationId`) and has
// no name.
struct Application {
    Text<cm::kMaxName> name;
    Text<cm::kMaxApplicationId> id;
};

// A player as the core sees it. The first player is the default (`player`) and has no name.
struct PlayerSettings {
    // The first player has no name, and is nobody's backup.
    static constexpr std::uint8_t kNoBackup = 0;

    Text<cm::kMaxName> name;
    bool is_ui = true;       // the UI itself plays, and confirms a stop
    bool exclusive = false;  // shows one session: a start takes its place
    // The player that has the picture really, and is told to stop where the UI is not heard; never
    // a UI itself.
    std::uint8_t backup = kNoBackup;
    bool require_client_key = false;  // of the first player: of all
    Millis stop_deadline = 2 * kSecond;
    Millis lost = 60 * kSecond;  // how long the owner may be away; `is_ui` only

    // How long an order may take until the next thing is tried: a UI and its backup share the time.
    [[nodiscard]] Millis patience() const {
        return backup == kNoBackup ? stop_deadline : stop_deadline / 2;
    }
};

// The part of the configuration that the core goes by (contract.md, "Configuration").
struct Settings {
    std::size_t max_sessions = 8;
    std::size_t starts_per_minute = 60;  // of each caller, and as many questions
    OnConflict on_conflict = OnConflict::ask;
    OnUnreachable on_unreachable = OnUnreachable::allow;
    Millis grace = 180 * kSecond;
    Millis pause = 1800 * kSecond;
    bool reference = true;
    std::size_t heartbeat_percent =
        std::size_t{kHeartbeatPercent};  // of a lease, see Pace::heartbeat_due()
    Zap zap = Zap::delete_first;
    bool tell_pause = true;
    Millis connect_timeout = 5 * kSecond;
    Millis request_timeout = 10 * kSecond;

    std::size_t application_count = 1;
    Application applications[kMaxApplications];
    std::size_t player_count = 1;
    PlayerSettings players[kMaxPlayers];

    cm::Metadata device;  // goes with every start, under what the request gives

    // All that a call may take: the name, a peer, its handshake, the request
    // (contract.md, "Connections to CM").
    [[nodiscard]] Millis longest_call() const {
        return 2 * connect_timeout + cm::kShortestHandshake + request_timeout;
    }
    // Whose word about the picture of this player is the last: its backup's, or its own. Players of
    // one last word show one picture.
    [[nodiscard]] std::uint8_t last_word(std::uint8_t player) const {
        const std::uint8_t backup = players[player].backup;
        return backup == PlayerSettings::kNoBackup ? player : backup;
    }
    // A start on this player needs a clientKey.
    [[nodiscard]] bool wants_owner(std::uint8_t player) const {
        return players[0].require_client_key || players[player].require_client_key;
    }
};

}  // namespace cmagent::core
