#pragma once
// The places that the values of the configuration go to.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/config/forms.h"
#include "agent/config/key.h"

namespace cmagent::config {

// The configuration that is being read, and the player whose keys are being read.
struct Place {
    Configuration& into;
    const Surroundings* surroundings;  // null: of one file by itself, variables stay as they are
    std::size_t player = 0;

    [[nodiscard]] core::PlayerSettings& player_settings() const {
        return into.settings.players[player];
    }
    [[nodiscard]] platform::AdapterSettings& adapter_settings() const {
        return into.adapters[player];
    }
};

// Stores a number, a flag (0 or 1), or the number of a word or of an adapter.
void put_number(const Key& key, const Place& place, std::int64_t number);

// Stores a text, or one text of a list or of an object: zero-terminated, without control
// characters, of the configuration's strings. `name` is that of a member of an object.
[[nodiscard]] BrokenRule put_text(const Key& key, const Place& place, std::string_view name,
                                  std::string_view text);

// A list that the file gives takes the place of the one that stands there otherwise.
void begin_list(const Key& key, const Place& place);

// Every player has the first adapter until it names one.
void begin_players(Configuration& into, const platform::Adapters& adapters);

// Moves `place` on to a new player.
[[nodiscard]] BrokenRule add_player(Place& place, std::string_view name);

}  // namespace cmagent::config
