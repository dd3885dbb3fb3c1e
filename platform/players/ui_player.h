#pragma once
#include "platform/players/command_order.h"

namespace cmagent::platform {

// The device's UI plays: it learns of a stop from the agent's events, and confirms it by the local
// API, past this driver. The driver has the `force` command, if one is configured. A `backup` is
// the core's: it orders that player's driver.
class UiPlayer final : public Player {
  public:
    static constexpr AdapterKey kKeys[] = {
        {"backup", AdapterKey::Kind::player, 1, 64, AdapterKey::Need::optional}, kForceKey};
    static constexpr Adapter kAdapter{"ui", Adapter::Playback::in_ui, kKeys, make_player<UiPlayer>};

    UiPlayer(const PlayerServices& services, const AdapterSettings& settings,
             PlayerListener& listener)
        : force_(services, settings.command(kForce), PlayerNews::forced, listener) {}

    void join() override {}
    void leave() override {}
    void stop() override {}
    void force() override { force_.run(); }
    void cancel() override { force_.cancel(); }
    [[nodiscard]] bool probe() override { return false; }

  private:
    CommandOrder force_;
};

}  // namespace cmagent::platform
