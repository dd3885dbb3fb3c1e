#pragma once
#include "agent/ctl/arguments.h"
#include "agent/ctl/client.h"

namespace cmagent::ctl {

// `cmagentctl check` and `cmagentctl report` (contract.md, "check", "report"). They return the exit
// status.
[[nodiscard]] int check(const Arguments& arguments, Client& client);
[[nodiscard]] int report(const Arguments& arguments, Client& client);

// Why the daemon cannot be asked, and what to do about it.
struct NoDaemon {
    std::string_view says;
    std::string_view remedy;
};
[[nodiscard]] NoDaemon why_unasked(const Client& client);

// Whether the daemon answers at all, asked by what it answers at once: one that hangs is not waited
// for as long as a check may take.
[[nodiscard]] bool responds(Client& client);

// A check may take so long: eight addresses and eight applications that only just answer, and players.
constexpr std::int64_t kLongestCheckMs = 180'000;

}  // namespace cmagent::ctl
