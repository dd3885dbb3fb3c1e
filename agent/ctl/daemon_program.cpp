#include "agent/ctl/daemon_program.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>

#include "agent/base/text_writer.h"

namespace cmagent::ctl {
namespace {

constexpr int kNotRun = 127;

// Replaces this process. Returns where that cannot be.
void execute(const char* const* argv) {
    char self[PATH_MAX];
    const ssize_t size = readlink("/proc/self/exe", self, sizeof self);
    const std::string_view file(self, size > 0 ? static_cast<std::size_t>(size) : 0);
    const std::string_view folder = slice(file, 0, file.rfind('/') + 1);
    for (const char* const place : {"cmagentd", "../sbin/cmagentd"}) {
        char path[PATH_MAX + 32];
        TextWriter out(path);
        out << folder << place << '\0';
        // execv(3) and the like change nothing of argv.
        if (!folder.empty()) execv(path, const_cast<char* const*>(argv));
    }
    execvp(argv[0], const_cast<char* const*>(argv));
}

}  // namespace

bool run_daemon(const Arguments& arguments, const char* option, bool together) {
    const char* argv[3 + 2 * kMaxConfigurations] = {"cmagentd", option};
    std::size_t count = 2;
    for (const std::string_view file : arguments.configurations) {
        argv[count++] = "--config";
        argv[count++] = file.data();  // an argument of main(), with the zero behind it
    }
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        if (together) dup2(STDOUT_FILENO, STDERR_FILENO);
        execute(argv);
        _exit(kNotRun);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (child > 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == kNotRun)) return true;
    std::fprintf(together ? stdout : stderr,
                 "cmagentd cannot be run: it is neither here nor in PATH\n");
    return false;
}

}  // namespace cmagent::ctl
