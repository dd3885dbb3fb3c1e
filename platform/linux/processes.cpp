#include "platform/linux/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cmagent::platform {
namespace {

// posix_spawn's attributes and file actions, released in any case.
class Spawn {
  public:
    Spawn() {
        posix_spawnattr_init(&attributes_);
        posix_spawn_file_actions_init(&actions_);
    }
    ~Spawn() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    Spawn(const Spawn&) = delete;
    Spawn& operator=(const Spawn&) = delete;

    // The process, or 0.
    [[nodiscard]] pid_t run(const char* const* argv) {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
        pid_t pid = 0;
        // exec takes its arguments without const, and does not write to them (POSIX, exec).
        auto* const arguments = const_cast<char* const*>(argv);
        return posix_spawnp(&pid, argv[0], &actions_, &attributes_, arguments, environ) == 0 ? pid
                                                                                             : 0;
    }

  private:
    posix_spawnattr_t attributes_;
    posix_spawn_file_actions_t actions_;
};

// Kills the process with all its children. Its group exists only once the child has made it; under
// an emulator this call can come first.
void kill_group(pid_t leader) {
    if (::kill(-leader, SIGKILL) != 0) ::kill(leader, SIGKILL);
}

}  // namespace

ChildProcesses::ChildProcesses(Signals& signals) {
    signals.listen(SIGCHLD, *this);
}

bool ChildProcesses::start(const char* const* argv, ProcessListener& listener) {
    for (Child& child : children_) {
        if (child.pid != 0) continue;
        Spawn spawn;
        child.pid = spawn.run(argv);
        child.listener = &listener;
        return child.pid != 0;
    }
    return false;
}

void ChildProcesses::kill(ProcessListener& listener) {
    for (Child& child : children_) {
        if (child.pid == 0 || child.listener != &listener) continue;
        kill_group(child.pid);
        child.listener = nullptr;
    }
}

void ChildProcesses::kill_all() {
    for (const Child& child : children_) {
        if (child.pid != 0) kill_group(child.pid);
    }
}

void ChildProcesses::on_signal(int) {
    // One signal may stand for several children; others than ours are not waited for.
    for (Child& child : children_) {
        int status = 0;
        if (child.pid == 0 || waitpid(child.pid, &status, WNOHANG) != child.pid) continue;
        ProcessListener* const listener = child.listener;
        child = {};
        if (listener != nullptr) listener->on_exit(WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    }
}

}  // namespace cmagent::platform
