#include "platform/linux/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "agent/base/text_writer.h"
#include "platform/linux/priority.h"

namespace cmagent::platform {
namespace {

// Higher descriptors than these nobody has: the agent's number some hundred, and its parent
// seldom leaves one open.
constexpr int kMostDescriptors = 1024;

// Nothing of ours: neither priority, nor how signals are handled, nor a descriptor. What is called
// here may be called in the child of a process with threads (signal-safety(7)).
void leave_all(int output) {
    shed_priority();
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    // Its place is free for /dev/null, also where there are no descriptors left.
    close(STDIN_FILENO);
    open("/dev/null", O_RDWR);
    dup2(output >= 0 ? output : STDIN_FILENO, STDOUT_FILENO);
    dup2(STDOUT_FILENO, STDERR_FILENO);
    for (int fd = STDERR_FILENO + 1; fd < kMostDescriptors; ++fd) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void run(const char* const* argv, int output) {
    leave_all(output);
    // exec takes its arguments without const, and does not write to them (POSIX, exec).
    execvp(argv[0], const_cast<char* const*>(argv));
    char text[kMaxOutputLine];
    TextWriter why(text, WhenFull::cut);
    why << "cannot be executed (errno " << errno << "): " << argv[0];
    [[maybe_unused]] const ssize_t told = write(STDERR_FILENO, text, why.view().size());
    _exit(127);  // as a shell says it
}

// Kills the process with all its children. Its group exists only once the child has made it; this
// call can come first.
void kill_group(pid_t leader) {
    if (::kill(-leader, SIGKILL) != 0) ::kill(leader, SIGKILL);
}

}  // namespace

ChildProcesses::ChildProcesses(Signals& signals, Poller& poller) : poller_(poller) {
    signals.listen(SIGCHLD, *this);
}

// One that nobody prints to any more, if there is such a place. Else what somebody prints whom a
// child has left behind is lost to him: he may as well be waiting for a reader for ever.
ChildProcesses::Child* ChildProcesses::free_place() {
    Child* place = nullptr;
    for (Child& child : children_) {
        if (child.pid != 0) continue;
        if (!child.output.is_open()) return &child;
        place = &child;
    }
    return place;
}

bool ChildProcesses::start(const char* const* argv, ProcessListener& listener) {
    Child* const child = free_place();
    if (child == nullptr) return false;
    const Descriptor output = child->output.open(poller_, listener);
    const pid_t pid = fork();
    if (pid == 0) run(argv, output.get());
    if (pid < 0) {
        child->output.close();
        return false;
    }
    child->pid = pid;
    child->listener = &listener;
    return true;
}

void ChildProcesses::kill(ProcessListener& listener) {
    for (Child& child : children_) {
        if (child.pid == 0 || child.listener != &listener) continue;
        kill_group(child.pid);
        child.listener = nullptr;
        child.output.mute();
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
        child.output.finish();
        ProcessListener* const listener = child.listener;
        child.listener = nullptr;
        child.pid = 0;
        if (listener != nullptr)
            listener->on_exit(WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    }
}

}  // namespace cmagent::platform
