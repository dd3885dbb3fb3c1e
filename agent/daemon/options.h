#pragma once
// The command line of cmagentd (contract.md, "Programs").

#include <cstdio>
#include <optional>
#include <string_view>

#include "agent/base/text.h"
#include "agent/daemon/configuration_file.h"
#include "platform/api/log.h"

namespace cmagent::daemon {

struct Options {
    // The program's task. Of several on the command line, the last one counts.
    enum class Task : std::uint8_t {
        run,
        check_configuration,
        print_configuration,
        print_states,
        version,
        help
    };

    Task task = Task::run;
    Places places;  // of the configuration
    // Takes precedence over the configuration's `log.level`, also when that is read again.
    std::optional<platform::LogLevel> log_level;
    // Takes precedence over `log.to`, and says where a fault of the configuration itself goes.
    std::optional<platform::LogTarget> log_target;
    Text<128> problem;  // not empty: a usage error (EX_USAGE), in words
};

// Reads the arguments of main(), into which `places` then point. "--config FILE" and "--config=FILE"
// mean the same.
[[nodiscard]] Options parse_options(int argc, const char* const* argv);

void print_help(std::FILE* out);

}  // namespace cmagent::daemon
