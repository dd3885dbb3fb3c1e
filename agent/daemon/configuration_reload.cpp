#include "agent/daemon/configuration.h"

namespace cmagent::daemon {
namespace {

bool same_text(const char* a, const char* b) {
    return std::string_view(a) == b;
}

bool same_endpoint(const cm::Endpoint& a, const cm::Endpoint& b) {
    return a.host == b.host && a.port == b.port && a.base_path == b.base_path && a.tls == b.tls;
}

bool same_applications(const core::Settings& a, const core::Settings& b) {
    if (a.application_count != b.application_count) return false;
    // The first is cm.applicationId, a member of its own.
    for (std::size_t i = 1; i < a.application_count; ++i) {
        const core::Application& x = a.applications[i];
        const core::Application& y = b.applications[i];
        if (x.name.view() != y.name.view() || x.id.view() != y.id.view()) return false;
    }
    return true;
}

bool same_command(const Command& a, const Command& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!same_text(a.argv()[i], b.argv()[i])) return false;
    }
    return true;
}

// Their times are left out: those may change.
bool same_player(const Configuration& a, const Configuration& b, std::size_t place) {
    const PlayerDriver& x = a.drivers[place];
    const PlayerDriver& y = b.drivers[place];
    return a.settings.players[place].name.view() == b.settings.players[place].name.view() &&
           x.adapter == y.adapter && same_command(x.stop, y.stop) &&
           same_command(x.force, y.force) && same_text(x.socket, y.socket);
}

bool same_other_players(const Configuration& a, const Configuration& b) {
    if (a.settings.player_count != b.settings.player_count) return false;
    for (std::size_t i = 1; i < a.settings.player_count; ++i) {
        if (!same_player(a, b, i)) return false;
    }
    return true;
}

void keep_player(const Configuration& from, Configuration& to, std::size_t place) {
    to.settings.players[place] = from.settings.players[place];
    to.drivers[place] = from.drivers[place];
}

// A member that is fixed while the process runs.
struct Fixed {
    std::string_view key;
    bool (*same)(const Configuration& a, const Configuration& b);
    void (*keep)(const Configuration& from, Configuration& to);
};

using C = Configuration;

constexpr Fixed kFixed[] = {
    {"cm.url", [](const C& a, const C& b) { return same_endpoint(a.endpoint, b.endpoint); },
     [](const C& from, C& to) { to.endpoint = from.endpoint; }},
    {"cm.applicationId",
     [](const C& a, const C& b) {
         return a.settings.applications[0].id.view() == b.settings.applications[0].id.view();
     },
     [](const C& from, C& to) { to.settings.applications[0] = from.settings.applications[0]; }},
    {"cm.applications",
     [](const C& a, const C& b) { return same_applications(a.settings, b.settings); },
     [](const C& from, C& to) {
         for (std::size_t i = 1; i < core::kMaxApplications; ++i) {
             to.settings.applications[i] = from.settings.applications[i];
         }
         to.settings.application_count = from.settings.application_count;
     }},
    {"cm.caFile",
     [](const C& a, const C& b) { return same_text(a.trust.ca_file, b.trust.ca_file); },
     [](const C& from, C& to) { to.trust.ca_file = from.trust.ca_file; }},
    {"cm.pins", [](const C& a, const C& b) { return a.trust.pins == b.trust.pins; },
     [](const C& from, C& to) { to.trust.pins = from.trust.pins; }},
    {"cm.clientCertFile",
     [](const C& a, const C& b) {
         return same_text(a.trust.client_cert_file, b.trust.client_cert_file);
     },
     [](const C& from, C& to) { to.trust.client_cert_file = from.trust.client_cert_file; }},
    {"cm.clientKeyFile",
     [](const C& a, const C& b) {
         return same_text(a.trust.client_key_file, b.trust.client_key_file);
     },
     [](const C& from, C& to) { to.trust.client_key_file = from.trust.client_key_file; }},
    {"http.listen", [](const C& a, const C& b) { return a.http.listen == b.http.listen; },
     [](const C& from, C& to) { to.http.listen = from.http.listen; }},
    {"player", [](const C& a, const C& b) { return same_player(a, b, 0); },
     [](const C& from, C& to) { keep_player(from, to, 0); }},
    {"players", same_other_players,
     [](const C& from, C& to) {
         for (std::size_t i = 1; i < core::kMaxPlayers; ++i) keep_player(from, to, i);
         to.settings.player_count = from.settings.player_count;
     }},
    {"state.dir", [](const C& a, const C& b) { return same_text(a.state_dir, b.state_dir); },
     [](const C& from, C& to) { to.state_dir = from.state_dir; }},
};
static_assert(sizeof kFixed / sizeof kFixed[0] <= kMaxFixed);

}  // namespace

FixedMembers keep_fixed(const Configuration& started, Configuration& next) {
    FixedMembers changed;
    for (const Fixed& member : kFixed) {
        if (member.same(started, next)) continue;
        (void)changed.add(member.key);
        member.keep(started, next);
    }
    return changed;
}

}  // namespace cmagent::daemon
