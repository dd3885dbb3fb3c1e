#include "platform/linux/process_guard.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/linux/priority.h"

namespace cmagent::platform {
namespace {

// A core that is piped to a program is written whatever RLIMIT_CORE says, but not of a process that
// is not dumpable (core(5)). A change of the user sets the mark back to /proc/sys/fs/suid_dumpable.
void forbid_dumps() {
    const rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// One of the first three that is closed would be taken by the next file or socket: what is said on
// standard error would be written to the flash or to CM.
void fill_standard_descriptors() {
    int fd = STDIN_FILENO;
    while (fd >= 0 && fd <= STDERR_FILENO) fd = open("/dev/null", O_RDWR);
    if (fd > STDERR_FILENO) close(fd);
}

}  // namespace

void guard_process() {
    fill_standard_descriptors();
    prepare_niceness();
    forbid_dumps();
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    umask(S_IRWXG | S_IRWXO);
}

bool become(const User& user) {
    const gid_t group = user.groups[0];
    if (setgroups(user.groups.size(), user.groups.begin()) != 0) return false;
    if (setresgid(group, group, group) != 0 || setresuid(user.id, user.id, user.id) != 0) {
        return false;
    }
    forbid_dumps();
    // A process that may still become root has kept what makes root dangerous.
    return user.id == 0 || setresuid(0, 0, 0) != 0;
}

bool is_root() {
    return geteuid() == 0;
}

}  // namespace cmagent::platform
