#pragma once
#include <sys/types.h>

namespace cmagent::ctl {

// All that this process has started, directly or not, is found by /proc, of which a few files are
// read for each process of the box; where it is missing, none is found.

// SIGTERM, and SIGCONT to take it, but to the members of the group `spared` (0: none is spared).
void end_descendants(pid_t spared);
// SIGKILL.
void kill_descendants();

// Makes this process the parent of what its descendants leave behind, so that waitpid() with ECHILD
// says that none of them is left. Not inherited.
void adopt_descendants();

}  // namespace cmagent::ctl
