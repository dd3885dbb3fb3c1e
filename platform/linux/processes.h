#pragma once
#include <sys/types.h>

#include <cstddef>

#include "platform/api/processes.h"
#include "platform/linux/child_output.h"
#include "platform/linux/signals.h"

namespace cmagent::platform {

// fork and SIGCHLD, which every kernel has, unlike pidfd_open (5.3). Not posix_spawn or vfork: they
// put the parent to sleep until the child's exec is over, and that reads a file, which may lie on a
// file system that hangs.
class ChildProcesses final : public Processes, private SignalListener {
  public:
    // A stop and a force command for each of 16 players.
    static constexpr std::size_t kMaxChildren = 32;

    // Takes SIGCHLD of `signals`.
    ChildProcesses(Signals& signals, Poller& poller);

    [[nodiscard]] bool start(const char* const* argv, ProcessListener& listener) override;
    void kill(ProcessListener& listener) override;
    // At the end: no command outlives the daemon.
    void kill_all();

  private:
    struct Child {
        pid_t pid = 0;                        // 0: free, but for what it has left behind
        ProcessListener* listener = nullptr;  // none: killed, to be reaped
        ChildOutput output;
    };
    [[nodiscard]] Child* free_place();
    void on_signal(int signal) override;

    Poller& poller_;
    Child children_[kMaxChildren];
};

}  // namespace cmagent::platform
