#pragma once
#include "agent/ctl/arguments.h"

namespace cmagent::ctl {

// Runs `cmagentd OPTION` with the configuration that --config names, if any, and waits for its end:
// the program beside this one, in the sbin beside its folder, or in PATH. What it says on standard
// error goes there, or among what it prints where `together`. False, and a line instead: it cannot be
// run.
[[nodiscard]] bool run_daemon(const Arguments& arguments, const char* option, bool together);

}  // namespace cmagent::ctl
