#pragma once
#include <string_view>

#include "agent/ctl/arguments.h"

namespace cmagent::ctl {

// contract.md, "cmagentctl run". Returns the exit status, in two processes: the one that was called
// stays with the shell, and ends all if the other is killed; its child starts the player and speaks
// with the daemon, whatever becomes of the shell. `token`: empty for none.
[[nodiscard]] int run(const Arguments& arguments, std::string_view token);

}  // namespace cmagent::ctl
