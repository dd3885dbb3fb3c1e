#include "agent/ctl/terminal.h"

#include <fcntl.h>
#include <unistd.h>

namespace cmagent::ctl {

Terminal::Terminal()
    : fd_(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)),
      own_(getpgrp()),
      known_(tcgetattr(fd_, &modes_) == 0) {}

Terminal::~Terminal() {
    if (fd_ >= 0) close(fd_);
}

void Terminal::give_to(pid_t group) const {
    if (tcgetpgrp(fd_) == own_) tcsetpgrp(fd_, group);
}

void Terminal::take_from(pid_t group) const {
    if (tcgetpgrp(fd_) == group) tcsetpgrp(fd_, own_);
}

void Terminal::restore() const {
    if (known_ && tcgetpgrp(fd_) == own_) tcsetattr(fd_, TCSADRAIN, &modes_);
}

}  // namespace cmagent::ctl
