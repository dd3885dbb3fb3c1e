#pragma once
#include <sys/types.h>

namespace cmagent::ctl {

// Sends the signal to all that this process has started, directly or not, but the members of
// `spared` (0: none is spared). They are found by /proc; where that is missing, none is.
void signal_descendants(int signal, pid_t spared);

// Makes this process the parent of what its descendants leave behind, so that waitpid() with ECHILD
// says that none of them is left. Not inherited.
void adopt_descendants();

}  // namespace cmagent::ctl
