#pragma once
#include "platform/players/command_order.h"

namespace cmagent::platform {

// A player that is stopped by running a command, and, where one is configured, verified to be off by
// running another. The driver does not watch the player: that playback ends by itself stays unseen.
class ExecPlayer final : public Player {
  public:
    static constexpr char kStop[] = "stop";
    static constexpr char kVerify[] = "verify";
    static constexpr AdapterKey kKeys[] = {
        {kStop, AdapterKey::Kind::command, 1, Command::kMaxWords, AdapterKey::Need::required},
        {kVerify, AdapterKey::Kind::command, 1, Command::kMaxWords, AdapterKey::Need::optional},
        kForceKey};
    static constexpr Adapter kAdapter{"exec", Adapter::Playback::in_player, kKeys,
                                      make_player<ExecPlayer>};

    ExecPlayer(const PlayerServices& services, const AdapterSettings& settings,
               PlayerListener& listener)
        : stop_(services, settings.command(kStop), PlayerNews::stopped, listener,
                settings.command(kVerify)),
          force_(services, settings.command(kForce), PlayerNews::forced, listener,
                 settings.command(kVerify)) {}

    void join() override {}
    void leave() override {}
    void stop() override { stop_.run(); }
    void force() override {
        // A stop command that hangs must not bring its news into the order that follows.
        stop_.cancel();
        force_.run();
    }
    void cancel() override {
        stop_.cancel();
        force_.cancel();
    }
    [[nodiscard]] bool probe() override { return false; }

  private:
    CommandOrder stop_;
    CommandOrder force_;
};

}  // namespace cmagent::platform
