#include "agent/ctl/player.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/text_writer.h"
#include "agent/ctl/daemon_connection.h"
#include "agent/ctl/descendants.h"

namespace cmagent::ctl {
namespace {

int why_not(const char* file) {
    struct stat found = {};
    if (stat(file, &found) != 0) return errno == EACCES ? kNotExecutable : kNotFound;
    return S_ISREG(found.st_mode) && access(file, X_OK) == 0 ? 0 : kNotExecutable;
}

// As execvp(3) looks.
int why_not_in(std::string_view path, std::string_view program) {
    int worst = kNotFound;
    for (;;) {
        const std::size_t colon = path.find(':');
        const std::string_view folder = slice(path, 0, colon);
        char name[PATH_MAX];
        TextWriter out(name);
        out << (folder.empty() ? "." : folder) << '/' << program << '\0';
        const int why = out.complete() ? why_not(name) : kNotFound;
        if (why == 0) return 0;
        if (why == kNotExecutable) worst = why;
        if (colon == std::string_view::npos) return worst;
        path.remove_prefix(colon + 1);
    }
}

int status_of(int told) {
    return WIFSIGNALED(told) ? kSignalled + WTERMSIG(told) : WEXITSTATUS(told);
}

// The new process. Says by `failed` why it did not become the program; as one that did, it cannot.
[[noreturn]] void become(char* const* argv, const sigset_t& mask, const Terminal& terminal,
                         pid_t parent, int failed) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(kSignalled + SIGKILL);
    setpgid(0, 0);
    terminal.give_to(getpid());
    std::signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    execvp(argv[0], argv);
    const int reason = errno;
    (void)!write(failed, &reason, sizeof reason);
    _exit(kNotExecutable);
}

}  // namespace

int why_not_executable(const char* program) {
    if (std::strchr(program, '/') != nullptr) return why_not(program);
    const char* const path = std::getenv("PATH");
    return why_not_in(path == nullptr ? "/bin:/usr/bin" : path, program);
}

bool Player::start(char* const* argv, const sigset_t& mask) {
    int pipe[2];
    if (pipe2(pipe, O_CLOEXEC) != 0) {
        status_ = kNotExecutable;
        return false;
    }
    const pid_t self = getpid();
    program_ = fork();
    if (program_ == 0) become(argv, mask, terminal_, self, pipe[1]);
    setpgid(program_, program_);
    close(pipe[1]);
    int reason = program_ < 0 ? errno : 0;
    while (read(pipe[0], &reason, sizeof reason) < 0 && errno == EINTR) {
    }
    close(pipe[0]);
    if (reason == 0) return true;
    std::fprintf(stderr, "cmagentctl: %s: %s\n", argv[0], std::strerror(reason));
    status_ = reason == ENOENT ? kNotFound : kNotExecutable;
    if (program_ > 0) {
        waitpid(program_, nullptr, 0);
        terminal_.take_from(program_);
    }
    return false;
}

void Player::take_news() {
    int told = 0;
    pid_t whose = 0;
    while ((whose = waitpid(-1, &told, WNOHANG | WUNTRACED | WCONTINUED)) > 0) {
        if (whose != program_) continue;
        held_by_ = WIFSTOPPED(told) ? WSTOPSIG(told) : 0;
        if (held_by_ != 0 || WIFCONTINUED(told)) continue;
        ended_ = true;
        status_ = status_of(told);
    }
    gone_ = whose < 0 && errno == ECHILD;
}

// The group at once, so that none of it escapes by starting another; once its first process has
// ended, its number may become a stranger's.
void Player::signal(int number) const {
    if (!ended_) kill(-program_, number);
}

void Player::end() {
    if (kill_at_ != kNever) return;
    const std::int64_t now = monotonic_ms();
    search_at_ = now + kGroupMs;
    kill_at_ = now + deadline_ms_ / 2;
    signal(SIGTERM);
    signal(SIGCONT);
}

std::int64_t Player::advance() {
    const std::int64_t now = monotonic_ms();
    if (now >= kill_at_) {
        constexpr std::int64_t kLongest = 1'000;
        signal(SIGKILL);
        kill_descendants();
        kill_at_ = now + kill_again_ms_;
        if (kill_again_ms_ < kLongest) kill_again_ms_ *= 2;
    } else if (now >= search_at_) {
        search_at_ = kNever;
        end_descendants(ended_ ? 0 : program_);
    }
    return search_at_ < kill_at_ ? search_at_ : kill_at_;
}

}  // namespace cmagent::ctl
