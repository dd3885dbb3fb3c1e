#pragma once
#include "platform/players/command_order.h"

namespace cmagent::platform {

// A player that is stopped by running a command. It cannot be watched: its own end stays unseen.
class ExecPlayer final : public Player {
  public:
    ExecPlayer(Processes& processes, Timers& timers, const char* const* stop_argv,
               const char* const* force_argv, PlayerListener& listener)
        : stop_(processes, timers, stop_argv, PlayerNews::stopped, listener),
          force_(processes, timers, force_argv, PlayerNews::forced, listener) {}

    void join() override {}
    void leave() override {}
    void stop() override { stop_.run(); }
    void force() override {
        // A stop command that hangs must not come back with its news into the next order.
        stop_.cancel();
        force_.run();
    }

  private:
    CommandOrder stop_;
    CommandOrder force_;
};

}  // namespace cmagent::platform
