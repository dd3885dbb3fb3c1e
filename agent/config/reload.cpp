// How the keys that are fixed while the process runs keep their values.

#include "agent/base/text_writer.h"
#include "agent/config/key.h"

namespace cmagent::config {
namespace {

using C = Configuration;
using K = Key::Kind;

bool same(const char* a, const char* b) {
    return std::string_view(a) == b;
}

bool same(std::size_t a, std::size_t b) {
    return a == b;
}

bool same(const Texts& a, const Texts& b) {
    return a == b;
}

bool same(const cm::Endpoint& a, const cm::Endpoint& b) {
    return a.host == b.host && a.port == b.port && a.base_path == b.base_path && a.tls == b.tls;
}

bool same(const core::Application& a, const core::Application& b) {
    return a.name == b.name && a.id == b.id;
}

// Gives `next` the value that it had at the start. False: it has an equal one.
template <class T>
bool keep(const T& started, T& next) {
    if (same(started, next)) return false;
    next = started;
    return true;
}

// The same for a member of Configuration. T is the type that the key's kind says.
template <class T>
bool keep(const Key& key, const C& started, C& next) {
    return keep(*reinterpret_cast<const T*>(reinterpret_cast<const char*>(&started) + key.to),
                *reinterpret_cast<T*>(reinterpret_cast<char*>(&next) + key.to));
}

bool keep_applications(const core::Settings& started, core::Settings& next) {
    bool changed = false;
    for (std::size_t i = 1; i < core::kMaxApplications; ++i) {
        if (keep(started.applications[i], next.applications[i])) changed = true;
    }
    next.application_count = started.application_count;
    return changed;
}

// The times of a player, and whether it requires a clientKey, are left out: they may change while the
// process runs.
bool same_player(const C& a, const C& b, std::size_t place) {
    const core::PlayerSettings& one = a.settings.players[place];
    const core::PlayerSettings& other = b.settings.players[place];
    return one.name == other.name && one.exclusive == other.exclusive &&
           one.backup == other.backup &&  // the same name may have moved to another place
           a.adapters[place] == b.adapters[place];
}

// Where one of the players from `first` up to `end` differs, all of these keep the values of the
// start, their times too. Places that are not in use are all alike.
bool keep_players(const C& started, C& next, std::size_t first, std::size_t end) {
    bool changed = false;
    for (std::size_t i = first; i < end; ++i) changed = changed || !same_player(started, next, i);
    if (!changed) return false;
    for (std::size_t i = first; i < end; ++i) {
        next.settings.players[i] = started.settings.players[i];
        next.adapters[i] = started.adapters[i];
    }
    return true;
}

// False: the value is the one that it was at the start.
bool keep_key(const Key& key, const C& started, C& next) {
    switch (key.kind) {
        case K::path:
        case K::account:
            return keep<const char*>(key, started, next);
        case K::word:
        case K::flag:
        case K::niceness:
            return keep<std::uint8_t>(key, started, next);
        case K::rights:
            return keep<std::size_t>(key, started, next);
        case K::pins:
        case K::listen_addresses:
            return keep<Texts>(key, started, next);
        case K::url:
            return keep(started.endpoint, next.endpoint);
        case K::application_id:
            return keep(started.settings.applications[0], next.settings.applications[0]);
        case K::applications:
            return keep_applications(started.settings, next.settings);
        case K::player:
            return keep_players(started, next, 0, 1);
        case K::players:
            if (!keep_players(started, next, 1, core::kMaxPlayers)) return false;
            next.settings.player_count = started.settings.player_count;
            return true;
        default:  // no key of another kind is fixed
            return false;
    }
}

KeyPath path_of(std::string_view section, std::string_view name) {
    char bytes[KeyPath::capacity()];
    TextWriter line(bytes, WhenFull::mark);
    line << section << (section.empty() ? "" : ".") << name;
    KeyPath path;
    (void)path.assign(line.view());
    return path;
}

void keep_section(Section section, std::string_view name, const C& started, C& next,
                  FixedKeys& changed) {
    for (const Key& key : keys()) {
        if (key.section != section) continue;
        if (key.kind == K::section) keep_section(key.keys(), key.name, started, next, changed);
        if (key.fixed() && keep_key(key, started, next)) {
            (void)changed.add({path_of(name, key.name), next.fixed[place_of_fixed(key)]});
        }
    }
}

}  // namespace

FixedKeys keep_fixed(const Configuration& started, Configuration& next) {
    FixedKeys changed;
    keep_section(Section::file, {}, started, next, changed);
    return changed;
}

}  // namespace cmagent::config
