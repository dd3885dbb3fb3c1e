#pragma once
#include <sys/types.h>
#include <termios.h>

namespace cmagent::ctl {

// The terminal in whose foreground this process was started; there may be none. SIGTTOU must be
// blocked.
class Terminal {
  public:
    Terminal();
    ~Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    [[nodiscard]] bool is_there() const { return fd_ >= 0; }
    // Puts a process group into the foreground, where the group of the process that has made this
    // object is there. A child may call it, too.
    void give_to(pid_t group) const;
    // The other way round.
    void take_from(pid_t group) const;
    // The modes that it had: a player that was killed leaves it as it had set it.
    void restore() const;

  private:
    int fd_;  // -1: there is no terminal
    pid_t own_;
    bool known_;
    termios modes_;
};

}  // namespace cmagent::ctl
