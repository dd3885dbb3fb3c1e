#include "platform/linux/signals.h"

#include <signal.h>
#include <sys/signalfd.h>

#include <iterator>

namespace cmagent::platform {
namespace {

constexpr int kSignals[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR2, SIGCHLD};

sigset_t our_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : kSignals) sigaddset(&set, signal);
    return set;
}

}  // namespace

Signals::Signals(Poller& poller) : poller_(poller) {
    const sigset_t set = our_signals();
    sigprocmask(SIG_BLOCK, &set, nullptr);
    // A reader that has gone, and a file that may not grow: the write says so.
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);
    // An ignored SIGCHLD, inherited from the parent process, would take the exit statuses away.
    ::signal(SIGCHLD, SIG_DFL);
    descriptor_.reset(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!poller_.watch(descriptor_.get(), kReading, *this)) descriptor_.reset();
}

Signals::~Signals() {
    poller_.unwatch(descriptor_.get());
    const sigset_t set = our_signals();
    sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

void Signals::listen(int signal, SignalListener& listener) {
    for (std::size_t i = 0; i < std::size(kSignals); i++) {
        if (kSignals[i] == signal) listeners_[i] = &listener;
    }
}

void Signals::on_ready(Interest) {
    signalfd_siginfo info = {};
    while (::read(descriptor_.get(), &info, sizeof info) == sizeof info) {
        for (std::size_t i = 0; i < std::size(kSignals); i++) {
            if (kSignals[i] == static_cast<int>(info.ssi_signo) && listeners_[i] != nullptr) {
                listeners_[i]->on_signal(kSignals[i]);
            }
        }
    }
}

}  // namespace cmagent::platform
