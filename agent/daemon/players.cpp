#include "agent/daemon/players.h"

#include <new>

namespace cmagent::daemon {

void Players::build(const config::Configuration& configuration, const World& world,
                    PlayersListener& listener) {
    count_ = configuration.settings.player_count;
    for (std::uint8_t i = 0; i < count_; ++i) {
        const config::PlayerDriver& driver = configuration.drivers[i];
        Place& place = places_[i];
        place.listener = &listener;
        place.index = i;
        switch (driver.adapter) {
            case config::Adapter::ui:
                place.driver = new (&place.storage.ui)
                    platform::UiPlayer(world.processes, world.timers, driver.force.argv(), place);
                break;
            case config::Adapter::exec:
                place.driver = new (&place.storage.exec) platform::ExecPlayer(
                    world.processes, world.timers, driver.stop.argv(), driver.force.argv(), place);
                break;
            case config::Adapter::mpv:
                place.driver = new (&place.storage.mpv)
                    platform::MpvPlayer(world.poller, world.processes, world.timers, driver.socket,
                                        driver.force.argv(), place);
                break;
        }
    }
}

}  // namespace cmagent::daemon
