#pragma once
#include "platform/players/command_order.h"

namespace cmagent::platform {

// The device's UI plays, and hears of a stop by the agent's events; it confirms by the API, past
// this object. Here is only the `force` command, if there is one.
class UiPlayer final : public Player {
  public:
    UiPlayer(Processes& processes, Timers& timers, const char* const* force_argv,
             PlayerListener& listener)
        : force_(processes, timers, force_argv, PlayerNews::forced, listener) {}

    void join() override {}
    void leave() override {}
    void stop() override {}
    void force() override { force_.run(); }

  private:
    CommandOrder force_;
};

}  // namespace cmagent::platform
