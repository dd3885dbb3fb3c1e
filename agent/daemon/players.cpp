#include "agent/daemon/players.h"

namespace cmagent::daemon {

void Players::build(const config::Configuration& configuration,
                    const platform::PlayerServices& services, PlayersListener& listener) {
    for (std::uint8_t i = 0; i < configuration.settings.player_count; ++i) {
        const platform::AdapterSettings& settings = configuration.adapters[i];
        Place& place = places_[i];
        place.listener = &listener;
        place.index = i;
        place.driver = settings.row().make(place.storage, services, settings, place);
    }
}

}  // namespace cmagent::daemon
