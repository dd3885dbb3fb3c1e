#pragma once
#include "platform/api/player.h"
#include "platform/api/processes.h"
#include "platform/players/later_news.h"

namespace cmagent::platform {

// A command of the configuration that carries out an order: `stop` of the exec adapter, and `force`,
// which any adapter may have. Exit status 0 verifies that nothing plays any more; another one, or a
// command that cannot be started, is `unreachable`.
class CommandOrder final : private ProcessListener {
  public:
    // `argv` as in Processes::start, or null: none is configured. It must live as long as this.
    CommandOrder(Processes& processes, Timers& timers, const char* const* argv, PlayerNews success,
                 PlayerListener& listener);
    ~CommandOrder() { cancel(); }

    [[nodiscard]] bool configured() const { return argv_ != nullptr; }

    // A run that has not ended is killed and begun anew. Without a command: `unreachable`.
    void run();
    // No news comes after this.
    void cancel();

  private:
    void on_exit(int status) override;

    Processes& processes_;
    const char* const* const argv_;
    const PlayerNews success_;
    PlayerListener& listener_;
    LaterNews later_;
};

}  // namespace cmagent::platform
