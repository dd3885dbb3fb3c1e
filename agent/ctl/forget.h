#pragma once
#include "agent/ctl/arguments.h"

namespace cmagent::ctl {

// The factory reset (contract.md, "forget"): removes what every version of the agent has kept in the
// folder, once no daemon uses it. Returns the exit status; says what was done, or why it was not.
[[nodiscard]] int forget(const char* folder);

// The same in the folder of --state, or in the state.dir that the daemon's configuration has.
[[nodiscard]] int forget(const Arguments& arguments);

}  // namespace cmagent::ctl
