#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/config/configuration.h"
#include "agent/core/settings.h"
#include "platform/api/player.h"
#include "platform/api/poller.h"
#include "platform/api/processes.h"
#include "platform/api/timers.h"
#include "platform/players/exec_player.h"
#include "platform/players/mpv_player.h"
#include "platform/players/ui_player.h"

namespace cmagent::daemon {

class PlayersListener {
  public:
    // `player` is the index into Settings::players.
    virtual void on_player(std::uint8_t player, platform::PlayerNews news) = 0;

  protected:
    ~PlayersListener() = default;
};

// The drivers of the configured players, each in its place. A new adapter is a file in platform/players and a line in
// players.cpp. Never destroyed: they live as long as the process.
class Players {
  public:
    struct World {
        platform::Poller& poller;
        platform::Processes& processes;
        platform::Timers& timers;
    };

    Players() = default;
    Players(const Players&) = delete;
    Players& operator=(const Players&) = delete;

    // Once, after the configuration was read; the drivers of the configuration must outlive this.
    void build(const config::Configuration& configuration, const World& world,
               PlayersListener& listener);

    [[nodiscard]] platform::Player& operator[](std::uint8_t player) {
        return *places_[player].driver;
    }

  private:
    struct Place final : platform::PlayerListener {
        void on_player(platform::PlayerNews news) override { listener->on_player(index, news); }

        PlayersListener* listener = nullptr;
        std::uint8_t index = 0;
        platform::Player* driver = nullptr;
        union Storage {
            Storage() {}
            ~Storage() {}
            platform::UiPlayer ui;
            platform::ExecPlayer exec;
            platform::MpvPlayer mpv;
        } storage;
    };
    Place places_[core::kMaxPlayers];
    std::size_t count_ = 0;
};

}  // namespace cmagent::daemon
