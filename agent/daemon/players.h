#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/config/configuration.h"
#include "platform/players/list.h"

namespace cmagent::daemon {

class PlayersListener {
  public:
    // `player` is the index into Settings::players.
    virtual void on_player(std::uint8_t player, platform::PlayerNews news) = 0;
    virtual void on_output(std::uint8_t player, std::string_view line) = 0;

  protected:
    ~PlayersListener() = default;
};

// The drivers of the configured players, each in its place. Never destroyed: they live as long as
// the process.
class Players {
  public:
    Players() = default;
    Players(const Players&) = delete;
    Players& operator=(const Players&) = delete;

    // Once, after the configuration was read; `configuration` must outlive this.
    void build(const config::Configuration& configuration, const platform::PlayerServices& services,
               PlayersListener& listener);

    [[nodiscard]] platform::Player& operator[](std::uint8_t player) {
        return *players_[player].driver;
    }

  private:
    using Drivers = platform::PlayerDrivers;

    struct ConfiguredPlayer final : platform::PlayerListener {
        ConfiguredPlayer() {
        }  // leaves the storage as it is: places that are not needed are never touched
        void on_player(platform::PlayerNews news) override { listener->on_player(index, news); }
        void on_output(std::string_view line) override { listener->on_output(index, line); }

        PlayersListener* listener = nullptr;
        std::uint8_t index = 0;
        platform::Player* driver = nullptr;
        alignas(Drivers::kAlignment) char storage[Drivers::kSize];
    };
    ConfiguredPlayer players_[core::kMaxPlayers];
};

}  // namespace cmagent::daemon
