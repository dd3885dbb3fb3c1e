#pragma once
#include "agent/base/text.h"
#include "agent/ctl/arguments.h"

namespace cmagent::ctl {

// Runs `cmagentd OPTION` with the configuration that --config names, if any, and waits for its end:
// the program beside this one, in the sbin beside its folder, or in PATH. What it says on standard
// error goes there, or among what it prints where `together`. False, and a line instead: it cannot be
// run.
[[nodiscard]] bool run_daemon(const Arguments& arguments, const char* option, bool together);

// The same program's standard output, while its standard error is heard by nobody. Empty where it
// cannot be run, has not ended with 0, or says more than there is room for.
[[nodiscard]] std::string_view ask_daemon(const Arguments& arguments, const char* option,
                                          Buffer into);

}  // namespace cmagent::ctl
