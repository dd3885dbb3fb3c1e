// Every key of the configuration but those of the adapters, with its range and the member of
// Configuration that its value goes to. Defaults stand with the members, in configuration.h and in
// core/settings.h.

#include "agent/base/names.h"
#include "agent/config/key.h"

namespace cmagent::config {
namespace {

// contract.md, "Ranges": all time-outs take 100 ms to 120 s.
constexpr std::uint16_t kShortestMs = 100;
constexpr std::uint32_t kLongestMs = 120'000;
constexpr std::uint32_t kMaxGraceSeconds = 3600;  // contract.md, "Ranges"
// A session that is paused holds its slot and is kept alive at CM: longer than a day is no pause.
constexpr std::uint32_t kMaxPauseSeconds = 86'400;
// One a millisecond, which is the clock's own step: no bound, for tests and measurements.
constexpr std::uint32_t kMaxStartsPerMinute = 60'000;
// From the kernel's first to that of all others: slower than others the daemon would be of no use.
constexpr std::uint16_t kFirstOfAll = 20;
// Below half of a lease CM is asked for nothing; above this nothing would be left of a lease in which
// an answer can come.
constexpr std::uint8_t kLeastHeartbeatPercent = 50;
constexpr std::uint8_t kMostHeartbeatPercent = 95;

using C = Configuration;
using K = Key::Kind;
using S = Section;

constexpr std::uint8_t kRequired = Key::kRequired;
constexpr std::uint8_t kFixed = Key::kFixed;

// Of the first player. Those of the others follow at the distance of core::PlayerSettings.
constexpr std::size_t kStopDeadline = offsetof(C, settings.players[0].stop_deadline);
constexpr std::size_t kLost = offsetof(C, settings.players[0].lost);
constexpr std::size_t kExclusive = offsetof(C, settings.players[0].exclusive);
constexpr std::size_t kRequireClientKey = offsetof(C, settings.players[0].require_client_key);

constexpr Key kKeys[] = {
    {S::file, "cm", S::cm, kRequired},
    {S::file, "http", S::http},
    {S::file, "session", S::session},
    {S::file, "device", S::device},
    {S::file, "player", K::player, 0, 0, 0, kFixed},
    {S::file, "players", K::players, 0, 0, core::kMaxPlayers - 1, kFixed},
    {S::file, "state", S::state},
    {S::file, "process", S::process},
    {S::file, "ui", S::ui},
    {S::file, "log", S::log},

    {S::cm, "url", K::url, offsetof(C, endpoint), 1, kMaxUrl, kRequired | kFixed},
    {S::cm, "applicationId", K::application_id, 0, 1, cm::kMaxApplicationId, kRequired | kFixed},
    {S::cm, "applications", K::applications, 0, 0, core::kMaxApplications - 1, kFixed},
    {S::cm, "caFile", K::path, offsetof(C, trust.ca_file), 1, kMaxPath, kFixed},
    {S::cm, "pins", K::pins, offsetof(C, trust.pins), 0, kMaxPins, kFixed},
    {S::cm, "clientCertFile", K::path, offsetof(C, trust.client_cert_file), 0, kMaxPath, kFixed},
    {S::cm, "clientKeyFile", K::path, offsetof(C, trust.client_key_file), 0, kMaxPath, kFixed},
    {S::cm, "connectTimeoutMs", K::millis, offsetof(C, settings.connect_timeout), kShortestMs,
     kLongestMs},
    {S::cm, "requestTimeoutMs", K::millis, offsetof(C, settings.request_timeout), kShortestMs,
     kLongestMs},

    {S::http, "listen", K::listen_addresses, offsetof(C, http.listen), 0, kMaxListen, kFixed},
    {S::http, "allowedOrigins", K::origins, offsetof(C, http.allowed_origins), 0, kMaxOrigins},
    {S::http, "allowedHosts", K::hosts, offsetof(C, http.allowed_hosts), 0, kMaxHosts},
    {S::http, "tokenFile", K::path, offsetof(C, http.token_file), 0, kMaxPath},
    {S::http, "socketGroup", K::account, offsetof(C, http.socket_group), 0, kMaxAccount, kFixed},
    {S::http, "socketMode", K::rights, offsetof(C, http.socket_mode), 4, 4, kFixed},

    {S::session, "maxSessions", K::count, offsetof(C, settings.max_sessions), 1,
     core::kMaxSessions},
    {S::session, "startsPerMinute", K::count, offsetof(C, settings.starts_per_minute), 1,
     kMaxStartsPerMinute},
    {S::session, "onConflict", Enumeration::on_conflict, offsetof(C, settings.on_conflict)},
    {S::session, "onUnreachable", Enumeration::on_unreachable,
     offsetof(C, settings.on_unreachable)},
    {S::session, "graceSeconds", K::seconds, offsetof(C, settings.grace), 0, kMaxGraceSeconds},
    {S::session, "onRestart", Enumeration::on_restart, offsetof(C, on_restart)},
    {S::session, "onShutdown", Enumeration::on_shutdown, offsetof(C, on_shutdown)},
    {S::session, "pauseSeconds", K::seconds, offsetof(C, settings.pause), 1, kMaxPauseSeconds},
    {S::session, "heartbeatPercent", K::count, offsetof(C, settings.heartbeat_percent),
     kLeastHeartbeatPercent, kMostHeartbeatPercent},
    {S::session, "reference", K::flag, offsetof(C, settings.reference)},
    {S::session, "zap", Enumeration::zap, offsetof(C, settings.zap)},
    {S::session, "tellPause", K::flag, offsetof(C, settings.tell_pause)},

    {S::device, "metadata", K::metadata, 0, 0, cm::kMaxDevicePairs},
    {S::device, "deviceIdFile", K::path, offsetof(C, device_id_file), 0, kMaxPath},

    {S::player, "adapter", K::adapter, 0},
    // Behind the adapter, which decides what it is otherwise.
    {S::player, "exclusive", K::flag, kExclusive},
    {S::player, "requireClientKey", K::flag, kRequireClientKey},
    {S::player, "stopDeadlineMs", K::millis, kStopDeadline, kShortestMs, kLongestMs},
    {S::player, "lostSeconds", K::seconds, kLost, 1, kLongestMs / 1000},

    {S::state, "dir", K::path, offsetof(C, state_dir), 1, kMaxPath, kFixed},
    {S::process, "user", K::account, offsetof(C, user), 0, kMaxAccount, kFixed},
    {S::process, "nice", K::niceness, offsetof(C, nice), kFirstOfAll, 0, kFixed},
    {S::process, "realtime", K::flag, offsetof(C, realtime), 0, 0, kFixed},
    {S::ui, "language", K::language, offsetof(C, language), 1, kMaxLanguage},
    {S::ui, "cmMessages", Enumeration::cm_messages, offsetof(C, cm_messages)},
    {S::log, "level", Enumeration::log_level, offsetof(C, log_level)},
    {S::log, "to", Enumeration::log_target, offsetof(C, log_target), kFixed},
};

constexpr Named<core::OnConflict> kOnConflictRows[] = {
    {core::OnConflict::ask, "ask"},
    {core::OnConflict::terminate_oldest, "terminate-oldest"},
};
constexpr Named<core::OnUnreachable> kOnUnreachableRows[] = {
    {core::OnUnreachable::allow, "allow"},
    {core::OnUnreachable::deny, "deny"},
};
constexpr Named<core::Zap> kZapRows[] = {
    {core::Zap::delete_first, "delete-first"},
    {core::Zap::atomic, "atomic"},
};
constexpr Named<OnRestart> kOnRestartRows[] = {
    {OnRestart::resume, "resume"},
    {OnRestart::end, "end"},
};
constexpr Named<OnShutdown> kOnShutdownRows[] = {
    {OnShutdown::end, "end"},
    {OnShutdown::keep, "keep"},
};
constexpr Named<ui::CmMessages> kCmMessagesRows[] = {
    {ui::CmMessages::after, "after"},
    {ui::CmMessages::prefer, "prefer"},
    {ui::CmMessages::never, "never"},
};
constexpr auto kOnConflict = names_of<kOnConflictRows>();
constexpr auto kOnUnreachable = names_of<kOnUnreachableRows>();
constexpr auto kZap = names_of<kZapRows>();
constexpr auto kOnRestart = names_of<kOnRestartRows>();
constexpr auto kOnShutdown = names_of<kOnShutdownRows>();
constexpr auto kCmMessages = names_of<kCmMessagesRows>();

template <class Enum, std::size_t kSize>
WordList list_of(const Names<Enum, kSize>& names) {
    return {names.list(), kCountOf<Enum>};
}

}  // namespace

Span<const Key> keys() {
    return kKeys;
}

std::size_t place_of_fixed(const Key& key) {
    std::size_t place = 0;
    for (const Key* row = kKeys; row != &key; ++row) place += row->fixed() ? 1U : 0U;
    return place;
}

WordList words_of(Enumeration enumeration) {
    switch (enumeration) {
        case Enumeration::on_conflict:
            return list_of(kOnConflict);
        case Enumeration::on_unreachable:
            return list_of(kOnUnreachable);
        case Enumeration::zap:
            return list_of(kZap);
        case Enumeration::on_restart:
            return list_of(kOnRestart);
        case Enumeration::on_shutdown:
            return list_of(kOnShutdown);
        case Enumeration::cm_messages:
            return list_of(kCmMessages);
        case Enumeration::log_level:
            return list_of(platform::kLogLevelNames);
        case Enumeration::log_target:
            return list_of(platform::kLogTargetNames);
    }
    return {"", 0};
}

}  // namespace cmagent::config
