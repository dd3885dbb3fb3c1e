#include "agent/ctl/daemon_program.h"

#include <fcntl.h>
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

// With these as its standard output and error; negative: it cannot be begun.
pid_t begin(const Arguments& arguments, const char* option, int out, int error) {
    const char* argv[3 + 2 * kMaxConfigurations] = {"cmagentd", option};
    std::size_t count = 2;
    for (const std::string_view file : arguments.configurations) {
        argv[count++] = "--config";
        argv[count++] = file.data();  // an argument of main(), with the zero behind it
    }
    std::fflush(stdout);
    const pid_t child = fork();
    if (child != 0) return child;
    dup2(error, STDERR_FILENO);
    dup2(out, STDOUT_FILENO);
    execute(argv);
    _exit(kNotRun);
}

// Its exit status; negative: a signal has ended it.
int await(pid_t child) {
    if (child < 0) return kNotRun;
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

bool run_daemon(const Arguments& arguments, const char* option, bool together) {
    const int error = together ? STDOUT_FILENO : STDERR_FILENO;
    if (await(begin(arguments, option, STDOUT_FILENO, error)) != kNotRun) return true;
    std::fprintf(together ? stdout : stderr,
                 "cmagentd cannot be run: it is neither here nor in PATH\n");
    return false;
}

std::string_view ask_daemon(const Arguments& arguments, const char* option, Buffer into) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return {};
    const int nobody = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const pid_t child = begin(arguments, option, ends[1], nobody);
    close(ends[1]);
    close(nobody);
    std::size_t size = 0;
    while (size < into.size) {
        const ssize_t got = read(ends[0], into.data + size, into.size - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    // One that has more to say is not waited for: its pipe breaks.
    close(ends[0]);
    return await(child) == 0 ? std::string_view(into.data, size) : std::string_view();
}

}  // namespace cmagent::ctl
