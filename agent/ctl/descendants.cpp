#include "agent/ctl/descendants.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "agent/base/text.h"
#include "agent/base/text_writer.h"

namespace cmagent::ctl {
namespace {

// 0: there is no such process.
pid_t parent_of(pid_t process) {
    char name[32];
    TextWriter out(name);
    out << "/proc/" << process << "/stat" << '\0';
    // "PID (COMMAND) STATE PPID …"; a command has 15 bytes at most (proc(5)), any bytes among them.
    char bytes[64];
    const int fd = open(out.view().data(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    const ssize_t size = read(fd, bytes, sizeof bytes - 1);
    close(fd);
    bytes[size > 0 ? size : 0] = '\0';
    const std::string_view text(bytes);
    const std::size_t end = text.rfind(')');
    constexpr std::size_t kToParent = 4;  // ") S "
    return end == std::string_view::npos ? 0 : std::atoi(bytes + end + kToParent);
}

bool descends_from(pid_t process, pid_t ancestor) {
    while (process > 1 && process != ancestor) process = parent_of(process);
    return process == ancestor;
}

template <class Do>
void for_each_descendant(Do act) {
    DIR* const processes = opendir("/proc");
    if (processes == nullptr) return;
    const pid_t self = getpid();
    while (const dirent* const entry = readdir(processes)) {
        const pid_t process = std::atoi(entry->d_name);  // 0: not a process
        if (process == 0 || process == self || !descends_from(process, self)) continue;
        act(process);
    }
    closedir(processes);
}

}  // namespace

void end_descendants(pid_t spared) {
    for_each_descendant([spared](pid_t process) {
        if (spared != 0 && getpgid(process) == spared) return;
        kill(process, SIGTERM);
        kill(process, SIGCONT);
    });
}

// One that becomes another process all the time is hit now and then: so once more, for as long as
// there is a new one.
void kill_descendants() {
    constexpr int kMost = 50;
    pid_t before = -1;
    pid_t newest = 0;
    for (int i = 0; i < kMost && newest != before; ++i) {
        before = newest;
        newest = 0;
        for_each_descendant([&newest](pid_t process) {
            kill(process, SIGKILL);
            newest = process;
        });
    }
}

void adopt_descendants() {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

}  // namespace cmagent::ctl
