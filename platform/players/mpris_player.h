#pragma once
#include "agent/base/text.h"
#include "platform/players/asked_player.h"
#include "platform/players/dbus_address.h"
#include "platform/players/mpris_talk.h"

namespace cmagent::platform {

// A player on a bus of D-Bus, by the interface that players of desktops have in common.
class MprisPlayer final {
    [[nodiscard]] static AdapterFault check(const AdapterSettings& settings) {
        const std::string_view bus = settings.text(kBus);
        if (!bus.empty() && dbus_address(bus).size == 0)
            return {kBus, "must have unix:path= or unix:abstract= in it"};
        if (slice(settings.text(kName), 0, 10) == "org.mpris.")
            return {kName, "must be what follows org.mpris.MediaPlayer2."};
        return {};
    }

  public:
    static constexpr char kBus[] = "bus";
    static constexpr char kName[] = "name";
    static constexpr std::uint32_t kMaxName = 200;
    static constexpr AdapterKey kKeys[] = {
        kForceKey,
        {kBus, AdapterKey::Kind::place, 1, 255, AdapterKey::Need::optional},
        {kName, AdapterKey::Kind::place, 1, kMaxName, AdapterKey::Need::required}};
    static constexpr Adapter kAdapter{"mpris", Adapter::Playback::in_player, kKeys,
                                      make_asked_player<MprisPlayer>, check};

    MprisPlayer(const PlayerServices& services, const AdapterSettings& settings,
                PlayerListener& listener)
        : talk_(settings.text(kBus), settings.text(kName)),
          player_(services, settings, listener, talk_) {}

    [[nodiscard]] Player& player() { return player_; }

  private:
    MprisTalk talk_;
    AskedPlayer player_;
};

}  // namespace cmagent::platform
