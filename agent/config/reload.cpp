#include "agent/config/configuration.h"

namespace cmagent::config {
namespace {

bool same_text(const char* a, const char* b) {
    return std::string_view(a) == b;
}

bool same_endpoint(const cm::Endpoint& a, const cm::Endpoint& b) {
    return a.host == b.host && a.port == b.port && a.base_path == b.base_path && a.tls == b.tls;
}

bool same_application(const core::Application& a, const core::Application& b) {
    return a.name.view() == b.name.view() && a.id.view() == b.id.view();
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

using C = Configuration;

// A member that is fixed while the process runs.
struct Fixed {
    enum class What : std::uint8_t { path, texts, endpoint, applications, players };

    char key[18];  // zero-terminated
    What what;
    // Of a path, which is a const char*, and of texts: where in Configuration. Of applications and players: which are
    // meant, the first, which is a member of its own, or from the second on.
    std::uint16_t where = 0;
};
constexpr std::uint16_t kFirst = 0;
constexpr std::uint16_t kOthers = 1;

constexpr Fixed kFixed[] = {
    {"cm.url", Fixed::What::endpoint},
    {"cm.applicationId", Fixed::What::applications, kFirst},
    {"cm.applications", Fixed::What::applications, kOthers},
    {"cm.caFile", Fixed::What::path, offsetof(C, trust.ca_file)},
    {"cm.pins", Fixed::What::texts, offsetof(C, trust.pins)},
    {"cm.clientCertFile", Fixed::What::path, offsetof(C, trust.client_cert_file)},
    {"cm.clientKeyFile", Fixed::What::path, offsetof(C, trust.client_key_file)},
    {"http.listen", Fixed::What::texts, offsetof(C, http.listen)},
    {"player", Fixed::What::players, kFirst},
    {"players", Fixed::What::players, kOthers},
    {"state.dir", Fixed::What::path, offsetof(C, state_dir)},
};
static_assert(sizeof kFixed / sizeof kFixed[0] <= kMaxFixed);

// One place behind the last that is meant. Places that are not in use are all alike.
std::size_t end_of(const Fixed& fixed, std::size_t count) {
    return fixed.where == kFirst ? 1 : count;
}

// Of the type that a row says.
template <class T>
const T& member(const C& configuration, const Fixed& fixed) {
    return *reinterpret_cast<const T*>(reinterpret_cast<const char*>(&configuration) + fixed.where);
}

bool same(const C& a, const C& b, const Fixed& fixed) {
    std::size_t i = fixed.where;
    switch (fixed.what) {
        case Fixed::What::path:
            return same_text(member<const char*>(a, fixed), member<const char*>(b, fixed));
        case Fixed::What::texts:
            return member<Texts>(a, fixed) == member<Texts>(b, fixed);
        case Fixed::What::endpoint:
            return same_endpoint(a.endpoint, b.endpoint);
        case Fixed::What::applications:
            for (; i < end_of(fixed, core::kMaxApplications); ++i) {
                if (!same_application(a.settings.applications[i], b.settings.applications[i]))
                    return false;
            }
            return true;
        case Fixed::What::players:
            for (; i < end_of(fixed, core::kMaxPlayers); ++i) {
                if (!same_player(a, b, i)) return false;
            }
            return true;
    }
    return true;
}

// With their times, which belong to them.
void keep_players(const C& from, C& to, const Fixed& fixed) {
    for (std::size_t i = fixed.where; i < end_of(fixed, core::kMaxPlayers); ++i) {
        to.settings.players[i] = from.settings.players[i];
        to.drivers[i] = from.drivers[i];
    }
    if (fixed.where == kOthers) to.settings.player_count = from.settings.player_count;
}

}  // namespace

FixedMembers keep_fixed(const Configuration& started, Configuration& next) {
    FixedMembers changed;
    for (const Fixed& fixed : kFixed) {
        if (same(started, next, fixed)) continue;
        (void)changed.add(fixed.key);
        if (fixed.what == Fixed::What::players) keep_players(started, next, fixed);
    }
    // The others are as they were, or are to be.
    next.endpoint = started.endpoint;
    next.trust = started.trust;
    next.http.listen = started.http.listen;
    next.state_dir = started.state_dir;
    for (std::size_t i = 0; i < core::kMaxApplications; ++i) {
        next.settings.applications[i] = started.settings.applications[i];
    }
    next.settings.application_count = started.settings.application_count;
    return changed;
}

}  // namespace cmagent::config
