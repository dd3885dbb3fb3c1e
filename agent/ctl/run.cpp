#include "agent/ctl/run.h"

#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>

#include "agent/ctl/commands.h"
#include "agent/ctl/descendants.h"
#include "agent/ctl/own_session.h"
#include "agent/ctl/perform.h"
#include "agent/ctl/player.h"
#include "agent/ctl/terminal.h"

namespace cmagent::ctl {
namespace {

constexpr int kEndings[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};

sigset_t set_of_endings() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : kEndings) sigaddset(&set, number);
    return set;
}

// … and what a shell and the player say.
sigset_t set_of_all() {
    sigset_t set = set_of_endings();
    for (const int number : {SIGCHLD, SIGCONT, SIGTSTP}) sigaddset(&set, number);
    return set;
}

// --- the process that plays ---

// The signals that have come, by a descriptor.
class Signals {
  public:
    explicit Signals(const sigset_t& set) { take(set); }
    ~Signals() { close(fd_); }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    // Others than before.
    void take(const sigset_t& set) {
        sigset_t blocked = set;
        sigaddset(&blocked, SIGTTOU);  // Terminal
        sigprocmask(SIG_SETMASK, &blocked, nullptr);
        fd_ = signalfd(fd_, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    }
    [[nodiscard]] int fd() const { return fd_; }
    // 0: none is left.
    [[nodiscard]] int next() const {
        signalfd_siginfo told;
        return read(fd_, &told, sizeof told) == sizeof told ? static_cast<int>(told.ssi_signo) : 0;
    }

  private:
    int fd_ = -1;
};

class Keeper {
  public:
    // `front`: the process that was called. `inherited`: the signal mask that it was called with.
    Keeper(const Arguments& arguments, std::string_view token, const Key& key, pid_t front,
           const sigset_t& inherited)
        : front_(front),
          inherited_(inherited),
          session_(arguments, token, key, signals_.fd()),
          player_(terminal_, arguments.stop_deadline_ms) {}

    // Returns the exit status.
    [[nodiscard]] int run(char* const* player);

  private:
    [[nodiscard]] int ask();
    void play();
    void take(int signal);
    void hold() const;

    const pid_t front_;
    const sigset_t inherited_;
    Signals signals_{set_of_endings()};
    Terminal terminal_;
    OwnSession session_;
    Player player_;
    bool told_to_end_ = false;
};

int Keeper::run(char* const* player) {
    int status = ask();
    if (status == kDone) {
        signals_.take(set_of_all());
        if (player_.start(player, inherited_)) play();
        status = player_.status();
    }
    session_.finish();
    return status;
}

// kDone: there may be a picture, and what is said about it is heard.
int Keeper::ask() {
    int status = session_.ask();
    if (status == kDone) session_.listen(0);
    const int signal = signals_.next();
    if (signal != 0) return kSignalled + signal;
    const bool granted = session_.standing() == OwnSession::Standing::granted;
    return status == kDone && !granted ? kRefused : status;
}

// Until nothing is left of the player.
void Keeper::play() {
    for (;;) {
        for (int signal = signals_.next(); signal != 0; signal = signals_.next()) take(signal);
        if (player_.gone()) break;
        session_.set_paused(player_.held_by() != 0);
        const bool over = session_.standing() != OwnSession::Standing::granted;
        if (told_to_end_ || over || player_.ended()) player_.end();
        session_.listen(player_.advance());
    }
    terminal_.take_from(player_.group());
    terminal_.restore();
}

void Keeper::take(int signal) {
    if (signal == SIGCHLD) {
        const int before = player_.held_by();
        player_.take_news();
        if (before == 0) hold();
    } else if (signal == SIGTSTP) {
        player_.signal(SIGTSTP);
    } else if (signal == SIGCONT) {
        terminal_.give_to(player_.group());
        player_.signal(SIGCONT);
    } else {
        told_to_end_ = true;
    }
}

// Ctrl-Z is for the job: the shell has its terminal back while this process goes on to obey.
void Keeper::hold() const {
    const int by = player_.held_by();
    const bool by_terminal = by == SIGTSTP || by == SIGTTIN || by == SIGTTOU;
    if (!by_terminal || !terminal_.is_there() || getppid() != front_) return;
    terminal_.take_from(player_.group());
    kill(front_, SIGSTOP);
}

// --- the process that was called ---

// What the keeper has left behind, which is this process's now.
void end_all() {
    timespec pause{0, 20'000'000};
    while (waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD) {
        kill_descendants();
        nanosleep(&pause, nullptr);
        if (pause.tv_nsec < 500'000'000) pause.tv_nsec *= 2;
    }
}

int stand_before(pid_t keeper) {
    const sigset_t set = set_of_all();
    for (;;) {
        int told = 0;
        const pid_t whose = waitpid(keeper, &told, WNOHANG | WUNTRACED);
        if (whose == keeper && WIFEXITED(told)) return WEXITSTATUS(told);
        if (whose == keeper && WIFSIGNALED(told)) {
            end_all();
            return kSignalled + WTERMSIG(told);
        }
        if (whose == keeper) raise(SIGSTOP);  // Ctrl-Z while it still asks
        const int signal = sigwaitinfo(&set, nullptr);
        if (signal > 0 && signal != SIGCHLD) kill(keeper, signal);
    }
}

}  // namespace

int run(const Arguments& arguments, std::string_view token) {
    // What execvp(3) takes: it changes nothing of it.
    char* const* const player = const_cast<char* const*>(arguments.playing);
    const int why = why_not_executable(player[0]);
    if (why != 0) {
        std::fprintf(stderr, "cmagentctl: %s: %s\n", player[0],
                     why == kNotFound ? "no such program" : "it cannot be executed");
        return why;
    }
    Key key;
    if (!make_key(key)) return tell_unreadable("a random key", std::strerror(errno));
    std::signal(SIGCHLD, SIG_DFL);  // whatever the caller has done with it
    sigset_t inherited;
    const sigset_t all = set_of_all();
    sigprocmask(SIG_BLOCK, &all, &inherited);
    adopt_descendants();
    const pid_t front = getpid();
    const pid_t keeper = fork();
    if (keeper < 0) return tell_unreadable("a second process", std::strerror(errno));
    if (keeper > 0) return stand_before(keeper);
    std::signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // ends the player in good order
    if (getppid() != front) return kSignalled + SIGTERM;
    adopt_descendants();
    static std::optional<Keeper> own;  // the size of two clients: no stack's
    return own.emplace(arguments, token, key, front, inherited).run(player);
}

}  // namespace cmagent::ctl
