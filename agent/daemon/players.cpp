#include "agent/daemon/players.h"

namespace cmagent::daemon {

void Players::build(const config::Configuration& configuration,
                    const platform::PlayerServices& services, PlayersListener& listener) {
    for (std::uint8_t i = 0; i < configuration.settings.player_count; ++i) {
        const platform::AdapterSettings& settings = configuration.adapters[i];
        ConfiguredPlayer& player = players_[i];
        player.listener = &listener;
        player.index = i;
        player.driver = settings.row().make(player.storage, services, settings, player);
    }
}

}  // namespace cmagent::daemon
