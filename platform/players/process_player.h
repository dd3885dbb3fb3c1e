#pragma once
#include "platform/players/command_order.h"
#include "platform/players/process_state.h"

namespace cmagent::platform {

// A player that is known by its processes: all of a name, or the one that a file names. `stop` is
// SIGTERM to each of them, once, also to those that begin while the order runs, and SIGCONT, for one
// that was halted cannot end; force() is SIGKILL, or the `force` command. Both are verified by none
// of them living, at two looks 50 ms apart: what somebody begins again at once is no stop.
//
// The end of one of them is seen at once where the kernel has pidfd_open(2) (Linux 5.3); newcomers
// are looked for every 50 ms during an order. While a session plays, /proc is read again when the
// one that is watched ends; each second where nobody can be watched; and, as long as no player was
// seen, with a back-off.
//
// `unreachable`, with the reason in the log: a process that we may not signal, a file that names no
// process, and a /proc that hides what we would have to see. Never meant: the daemon itself, its
// commands, and the first process of the box.
class ProcessPlayer final : public Player,
                            private Watcher,
                            private TimerListener,
                            private PlayerListener {
  public:
    static constexpr char kName[] = "name";
    static constexpr char kPidFile[] = "pidFile";
    static constexpr AdapterKey kKeys[] = {
        kForceKey,
        {kName, AdapterKey::Kind::place, 1, 200, AdapterKey::Need::optional},
        {kPidFile, AdapterKey::Kind::place, 1, 255, AdapterKey::Need::optional}};
    [[nodiscard]] static AdapterFault check(const AdapterSettings& settings);
    static constexpr Adapter kAdapter{"process", Adapter::Playback::in_player, kKeys,
                                      make_player<ProcessPlayer>, check};

    ProcessPlayer(const PlayerServices& services, const AdapterSettings& settings,
                  PlayerListener& listener);
    ~ProcessPlayer();

    void join() override;
    void leave() override;
    void stop() override { give(Order::stop); }
    void force() override;
    void cancel() override;
    [[nodiscard]] bool probe() override;

  private:
    // What is done to a process that is met.
    enum class Order : std::uint8_t { none, command, probe, stop, force };

    // What one reading of /proc came to.
    struct Sight {
        pid_t living = 0;  // one of the player's processes; 0: there is none
        // Why nothing can be said, or done, although there may be one; null: it is all known.
        const char* why = nullptr;
    };

    // As many processes as a browser has; what is too many is not kept.
    struct Some {
        static constexpr std::size_t kMost = 16;

        [[nodiscard]] bool has(pid_t id) const;
        void add(pid_t id);

        pid_t ids[kMost] = {};
        std::size_t count = 0;
    };

    void on_ready(Interest) override;
    void on_time() override { look(); }
    // Of the `force` command: however it has ended, what it came to is seen.
    void on_player(PlayerNews) override { look(); }
    void on_output(std::string_view line) override { listener_.on_output(line); }

    void give(Order order);
    void rest();
    void look();
    void judge();
    void tell(PlayerNews news);

    void survey();
    void survey_names();
    void survey_file();
    void meet_by_name(const ProcessState& process);
    [[nodiscard]] bool meet(const ProcessState& process);
    void signal(pid_t id);
    [[nodiscard]] bool is_younger_than(std::int64_t file_s, const ProcessState& process) const;

    void watch(pid_t id);
    void stop_watching();

    Poller& poller_;
    Timers& timers_;
    const std::string_view name_;
    const char* const pid_file_;
    PlayerListener& listener_;
    CommandOrder force_;
    // When the box has begun, by the clock as it was then: the clock may be set later.
    const std::int64_t box_began_s_;

    int watched_fd_ = -1;
    pid_t watched_ = 0;
    Some told_;  // SIGTERM; beyond it a process may hear it twice
    Some kin_;   // scripts, and what descends from them
    unsigned joined_ = 0;
    std::int64_t wait_ms_ = 0;
    Sight sight_;
    Order order_ = Order::none;
    bool seen_ = false;  // since the last news
    bool gone_ = false;  // at the last look of this order
};

}  // namespace cmagent::platform
