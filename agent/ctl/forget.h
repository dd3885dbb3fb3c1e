#pragma once

namespace cmagent::ctl {

// The factory reset (contract.md, "forget"): removes what every version of the agent has kept in the
// folder, once no daemon uses it. Returns the exit status; says what was done, or why it was not.
[[nodiscard]] int forget(const char* folder);

}  // namespace cmagent::ctl
