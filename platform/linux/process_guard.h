#pragma once
#include "platform/linux/accounts.h"

namespace cmagent::platform {

// What the process asks the kernel for before it has read anything secret: that nothing of its own
// takes the place of a standard descriptor that was closed, no core file and nobody
// who looks into its memory (of the same user, too), no privileges that it does not have, files for
// its user alone. The children inherit all but the third. A kernel that lacks one of these goes
// without.
void guard_process();

// The process is this user from now on, in these groups alone, and has no way back. Before threads
// are started. False: it could not be, or could become root again; then the process must end.
[[nodiscard]] bool become(const User& user);

[[nodiscard]] bool is_root();

}  // namespace cmagent::platform
