#pragma once
#include "platform/api/adapter.h"

namespace cmagent::platform {

// The key of a command that ends playback by other means than the adapter's own.
inline constexpr char kForce[] = "force";
inline constexpr AdapterKey kForceKey{kForce, AdapterKey::Kind::command, 1, Command::kMaxWords,
                                      AdapterKey::Need::optional};

// A command of the configuration that carries out an order, such as `stop` of adapter exec.
//
// Without a command that verifies, its exit status says what it came to: 0 that nothing plays any
// more; another one, or a command that cannot be started, is `unreachable`. With one, its status
// says nothing, for "no such process" is an error to killall: the second command is run behind it,
// again and again in growing distances, until it ends with 0. Only one that cannot be run is
// `unreachable`.
class CommandOrder final : private ProcessListener, private TimerListener {
  public:
    // The words of the commands must live as long as the order. An empty command: none is
    // configured.
    CommandOrder(const PlayerServices& services, Command command, PlayerNews success,
                 PlayerListener& listener, Command verify = {});
    ~CommandOrder() { cancel(); }

    [[nodiscard]] bool configured() const { return !command_.empty(); }

    // Kills a run that has not ended, and begins anew. Without a command: `unreachable`.
    void run();
    // Kills a run that has not ended. No news of it comes after this.
    void cancel();

  private:
    void on_exit(int status) override;
    void on_output(std::string_view line) override;
    void on_time() override;

    void start(const Command& command);
    void tell(int status);

    Processes& processes_;
    Timers& timers_;
    const Command command_;
    const Command verify_;
    const PlayerNews success_;
    PlayerListener& listener_;
    bool started_ = false;  // the last command: else there is news of that
    // Until it is verified again; 0: what runs is the order itself.
    std::uint16_t wait_ms_ = 0;
};

}  // namespace cmagent::platform
