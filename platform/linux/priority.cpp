#include "platform/linux/priority.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "agent/base/text_writer.h"
#include "platform/linux/descriptor.h"
#include "platform/linux/thread.h"

namespace cmagent::platform {
namespace {

// Above all that is not realtime, below all that is.
constexpr int kLowestRealtime = 1;
// contract.md, "Priority". In microseconds, as the limit has it.
constexpr rlim_t kLongestTurn = 1'000'000;

// Of the session's group: who may not administer the box has to leave 0.1 s between two changes of
// whichever group, the kernel's whole (EAGAIN; proc_sched_autogroup_set_nice). Only a box on which
// others change theirs at that moment waits at all.
constexpr int kTries = 20;
constexpr std::int64_t kBetweenTriesUs = 20'000;

volatile sig_atomic_t g_loss = 0;
int g_group = -1;  // /proc/self/autogroup

// The system call itself: musl's function of this name does nothing (it holds that POSIX means
// processes), and pthread_setschedparam() may not be called in a handler.
int set_policy(int policy, int priority) {
    sched_param parameters = {};
    parameters.sched_priority = priority;
    return syscall(SYS_sched_setscheduler, 0, policy, &parameters) == 0 ? 0 : errno;
}

// Of SIGXCPU. Another limit of processor time, which ends the process, may send it later.
void undo_realtime(int) {
    const int before = errno;
    if (set_policy(SCHED_OTHER, 0) == 0) g_loss = 1;
    errno = before;
}

// The kernel sends SIGXCPU at the soft limit and SIGKILL at the hard one.
int watch_realtime() {
    rlimit limit = {};
    if (getrlimit(RLIMIT_RTTIME, &limit) != 0) return errno;
    limit.rlim_cur = std::min(kLongestTurn, limit.rlim_max / 2);
    struct sigaction action = {};
    action.sa_handler = undo_realtime;
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    if (sigaction(SIGXCPU, &action, nullptr) != 0) return errno;
    return setrlimit(RLIMIT_RTTIME, &limit) == 0 ? 0 : errno;
}

}  // namespace

void prepare_niceness() {
    if (Descriptor(open("/dev/tty", O_RDONLY | O_CLOEXEC)).valid()) return;
    g_group = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
}

int set_niceness(int niceness) {
    const int refusal = setpriority(PRIO_PROCESS, 0, niceness) == 0 ? 0 : errno;
    char text[8];
    TextWriter number(text);
    number << niceness;
    // What may not be a thread's may not be a group's: the kernel asks for the same right.
    for (int i = 0; i < kTries && refusal == 0; ++i) {
        if (write(g_group, text, number.view().size()) >= 0 || errno != EAGAIN) break;
        rest(kBetweenTriesUs);
    }
    close(g_group);
    g_group = -1;
    return refusal;
}

int niceness() {
    return getpriority(PRIO_PROCESS, 0);
}

int set_realtime() {
    if (const int refusal = set_policy(SCHED_FIFO, kLowestRealtime); refusal != 0) return refusal;
    const int fault = watch_realtime();
    if (fault != 0) leave_realtime();
    return fault;
}

void leave_realtime() {
    (void)set_policy(SCHED_OTHER, 0);
}

bool take_realtime_loss() {
    const bool lost = g_loss != 0;
    g_loss = 0;
    return lost;
}

void give_up_right_to_priority() {
    const rlimit none = {0, 0};
    setrlimit(RLIMIT_NICE, &none);
    setrlimit(RLIMIT_RTPRIO, &none);
}

void shed_priority() {
    leave_realtime();
    setsid();
    if (niceness() < 0) (void)set_niceness(0);
    rlimit limit = {};
    if (getrlimit(RLIMIT_RTTIME, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_RTTIME, &limit);
}

}  // namespace cmagent::platform
