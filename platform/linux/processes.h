#pragma once
#include <sys/types.h>

#include <cstddef>

#include "platform/api/processes.h"
#include "platform/linux/signals.h"

namespace cmagent::platform {

// posix_spawn (which shares memory with the child until its exec: no copy of the agent, and a
// failed exec is known at once) and SIGCHLD, which every kernel has, unlike pidfd_open (5.3).
class ChildProcesses final : public Processes, private SignalListener {
  public:
    // A stop and a force command for each of 16 players.
    static constexpr std::size_t kMaxChildren = 32;

    // Takes SIGCHLD of `signals`.
    explicit ChildProcesses(Signals& signals);

    [[nodiscard]] bool start(const char* const* argv, ProcessListener& listener) override;
    void kill(ProcessListener& listener) override;
    // At the end: no command outlives the daemon.
    void kill_all();

  private:
    struct Child {
        pid_t pid = 0;                        // 0: free
        ProcessListener* listener = nullptr;  // none: killed, to be reaped
    };
    void on_signal(int signal) override;

    Child children_[kMaxChildren];
};

}  // namespace cmagent::platform
