#pragma once
#include <sys/types.h>

#include <csignal>
#include <cstdint>

#include "agent/ctl/terminal.h"

namespace cmagent::ctl {

// What a program that cannot be started ends with, as shells have it.
inline constexpr int kNotFound = 127;
inline constexpr int kNotExecutable = 126;
inline constexpr int kSignalled = 128;  // and the number of the signal that has ended it

// One of the first two; 0: the program is found, by its path or in PATH, and may be executed.
[[nodiscard]] int why_not_executable(const char* program);

// What `cmagentctl run` plays with: a program, and all that it starts, be it in the background or a
// daemon of its own. Needs adopt_descendants().
class Player {
  public:
    // `terminal` must live as long as this. `deadline_ms`: after half of it what was told to end is
    // killed.
    Player(const Terminal& terminal, std::int32_t deadline_ms)
        : terminal_(terminal), deadline_ms_(deadline_ms) {}

    // Starts the program in a process group of its own, in the foreground of the terminal, with the
    // signal mask `mask`. It dies with this process. False: it cannot be executed, and status()
    // says how.
    [[nodiscard]] bool start(char* const* argv, const sigset_t& mask);

    // Takes what SIGCHLD tells of.
    void take_news();
    // SIGTERM; again: nothing. One that is stopped goes on to take it.
    void end();
    // What is due by now; the time at which it is to be called again at the latest.
    [[nodiscard]] std::int64_t advance();
    // For the program's group.
    void signal(int number) const;

    // Whether the program has ended; others may be left.
    [[nodiscard]] bool ended() const { return ended_; }
    // Nothing of it is left.
    [[nodiscard]] bool gone() const { return gone_; }
    // The signal that holds the program, so that nobody is watching; 0: none.
    [[nodiscard]] int held_by() const { return held_by_; }
    [[nodiscard]] pid_t group() const { return program_; }
    [[nodiscard]] int status() const { return status_; }

  private:
    static constexpr std::int64_t kNever = INT64_MAX;

    // Most players end with their group, before the others are searched for.
    static constexpr std::int64_t kGroupMs = 20;

    const Terminal& terminal_;
    const std::int32_t deadline_ms_;
    pid_t program_ = -1;
    int status_ = 0;
    bool ended_ = false;
    bool gone_ = false;
    int held_by_ = 0;
    std::int64_t search_at_ = kNever;
    std::int64_t kill_at_ = kNever;
    std::int64_t kill_again_ms_ = 20;
};

}  // namespace cmagent::ctl
