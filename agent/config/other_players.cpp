// Keys that name another player: all players are known by then.

#include "agent/config/reader.h"

namespace cmagent::config {

bool ConfigurationReader::find_players(const LocatedValue& file) {
    core::Settings& settings = place_.into.settings;
    const LocatedValue first = file.member("player");
    const LocatedValue others = file.member("players");
    for (std::size_t i = 0; i < settings.player_count; ++i) {
        core::PlayerSettings& player = settings.players[i];
        const LocatedValue at = i == 0 ? first : others.member(player.name.view());
        for (const platform::Adapters::Key& key : adapters_.keys) {
            const std::string_view name = place_.into.adapters[i].text(key.name);
            if (key.kind != platform::AdapterKey::Kind::player || name.empty()) continue;
            if (!find_player(at.member(key.name), name, player.backup)) return false;
        }
    }
    return true;
}

// What has the picture really can tell by itself that it is off: a UI cannot, nor the player itself,
// which is one.
bool ConfigurationReader::find_player(const LocatedValue& at, std::string_view name,
                                      std::uint8_t& into) {
    const core::Settings& settings = place_.into.settings;
    std::size_t place = 1;
    while (place < settings.player_count && settings.players[place].name.view() != name) ++place;
    if (place == settings.player_count) return fail(at, "is no name of players");
    if (settings.players[place].is_ui)
        return fail(at, "is a UI: only what plays by itself can take its place");
    into = static_cast<std::uint8_t>(place);
    return true;
}

}  // namespace cmagent::config
