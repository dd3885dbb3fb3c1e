#pragma once
#include "platform/players/asked_player.h"
#include "platform/players/json_talk.h"

namespace cmagent::platform {

// A player that is talked to in a language of JSON objects: what each of these is made of. Drivers
// differ by their words alone, and have no table of functions of their own.
class JsonPlayer {
  public:
    [[nodiscard]] Player& player() { return player_; }

  protected:
    // The key of an address with a scheme.
    static constexpr char kUrl[] = "url";
    static constexpr AdapterKey kUrlKey{kUrl, AdapterKey::Kind::place, 1, 255,
                                        AdapterKey::Need::required};
    // Judges it: contract.md, "Adapters".
    [[nodiscard]] static AdapterFault check_url(const AdapterSettings& settings);

    JsonPlayer(const PlayerServices& services, const AdapterSettings& settings,
               PlayerListener& listener, const JsonTalk::Place& place)
        : talk_(place), player_(services, settings, listener, talk_) {}

  private:
    JsonTalk talk_;
    AskedPlayer player_;
};

}  // namespace cmagent::platform
