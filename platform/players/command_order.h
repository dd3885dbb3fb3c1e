#pragma once
#include "platform/api/adapter.h"
#include "platform/players/later_news.h"

namespace cmagent::platform {

// The key of a command that ends playback by other means than the adapter's own.
inline constexpr char kForce[] = "force";
inline constexpr AdapterKey kForceKey{kForce, AdapterKey::Kind::command, 1, Command::kMaxWords,
                                      AdapterKey::Need::optional};

// A command of the configuration that carries out an order, such as `stop` of adapter exec. Exit
// status 0 verifies that nothing plays any more; another status, or a command that cannot be
// started, is `unreachable`.
class CommandOrder final : private ProcessListener {
  public:
    // The words of `command` must live as long as the order. An empty command: none is configured.
    CommandOrder(const PlayerServices& services, Command command, PlayerNews success,
                 PlayerListener& listener);
    ~CommandOrder() { cancel(); }

    [[nodiscard]] bool configured() const { return !command_.empty(); }

    // Kills a run that has not ended, and begins anew. Without a command: `unreachable`.
    void run();
    // Kills a run that has not ended. No news of it comes after this.
    void cancel();

  private:
    void on_exit(int status) override;
    void on_output(std::string_view line) override { listener_.on_output(line); }

    [[nodiscard]] bool start();

    Processes& processes_;
    const Command command_;
    const PlayerNews success_;
    PlayerListener& listener_;
    LaterNews later_;
};

}  // namespace cmagent::platform
