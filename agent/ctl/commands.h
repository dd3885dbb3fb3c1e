#pragma once
#include "agent/ctl/arguments.h"

namespace cmagent::ctl {

// contract.md, "Programs": the exit statuses of cmagentctl besides 64, usage.
inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;
inline constexpr int kUnreachable = 69;

// Performs the command at the daemon, prints the answer, and returns the exit status. Not for
// `explain` and `forget`, which need no daemon.
[[nodiscard]] int run_command(const Arguments& arguments);

}  // namespace cmagent::ctl
