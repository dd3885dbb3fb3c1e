#pragma once
// The options of cmagentctl, and of which commands they are.

#include <cstddef>

#include "agent/ctl/arguments.h"
#include "agent/ctl/command_list.h"

namespace cmagent::ctl {

// The reason for which a word or a value is refused; null: it is taken.
using Complaint = const char*;

struct Option {
    std::string_view name;
    std::string_view value;  // for the help; empty: it takes none
    std::string_view help;
    Commands commands;  // that take it; empty: all, and before a command, too
    Complaint (*set)(Arguments&, const char* value);

    [[nodiscard]] bool goes_with(Command command) const {
        return commands.empty() || commands.has(command);
    }
};

// Whether it needs --idp and the subject.
[[nodiscard]] bool speaks_of_an_account(Command command);

[[nodiscard]] std::size_t option_count();
[[nodiscard]] Option nth_option(std::size_t n);

}  // namespace cmagent::ctl
