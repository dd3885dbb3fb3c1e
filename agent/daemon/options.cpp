#include "agent/daemon/options.h"

#include "agent/daemon/configuration_values.h"
#include "agent/daemon/line.h"

namespace cmagent::daemon {
namespace {

// A value that is refused: what would be right. Null: taken.
using Why = const char*;

struct Option {
    std::string_view name;
    const char* value;  // what it takes, for the help; nullptr: nothing
    const char* help;
    Why (*set)(Options&, const char* value);
};

template <Options::Task task>
Why set_task(Options& options, const char*) {
    options.task = task;
    return nullptr;
}

Why set_file(Options& options, const char* value) {
    options.file = value;
    return value[0] == '\0' ? "needs the name of a file" : nullptr;
}

Why set_log_level(Options& options, const char* value) {
    std::uint8_t level = 0;
    for (const std::string_view name : kLogLevels) {
        if (name == value) {
            options.log_level = static_cast<platform::LogLevel>(level);
            return nullptr;
        }
        ++level;
    }
    return "takes error, warning, info or debug";
}

constexpr Option kOptions[] = {
    {"--config", "FILE", "the configuration (/etc/cmagent/cmagent.json)", set_file},
    {"--check-config", nullptr, "reads the configuration, says what is wrong with it, and ends",
     set_task<Options::Task::check_configuration>},
    {"--print-states", nullptr, "prints the life cycles as Mermaid diagrams, and ends",
     set_task<Options::Task::print_states>},
    {"--log-level", "LEVEL", "error, warning, info or debug; goes before the configuration's",
     set_log_level},
    {"--version", nullptr, "prints the version, and ends", set_task<Options::Task::version>},
    {"--help", nullptr, "prints this, and ends", set_task<Options::Task::help>},
};

const Option* find_option(std::string_view name) {
    for (const Option& option : kOptions) {
        if (option.name == name) return &option;
    }
    return nullptr;
}

Options refused(std::string_view option, std::string_view why) {
    Options options;
    char bytes[decltype(options.problem)::capacity()];
    Line line(Buffer{bytes, sizeof bytes});
    line << option << " " << why;
    (void)options.problem.assign(line.view());
    return options;
}

}  // namespace

Options parse_options(int argc, const char* const* argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        const std::size_t equals = argument.find('=');
        const std::string_view name = slice(argument, 0, equals);
        const Option* const option = find_option(name);
        if (option == nullptr) return refused(argument, "is no option");

        const char* value = equals == std::string_view::npos ? nullptr : argv[i] + equals + 1;
        if (option->value == nullptr && value != nullptr) return refused(name, "takes no value");
        if (option->value != nullptr && value == nullptr) {
            if (++i == argc) return refused(name, "needs a value");
            value = argv[i];
        }
        const Why why = option->set(options, value);
        if (why != nullptr) return refused(name, why);
    }
    return options;
}

void print_help(std::FILE* out) {
    std::fputs(
        "cmagentd: the Concurrency Monitoring agent, in the foreground; logs on standard error\n\n"
        "Usage: cmagentd [OPTION...]\n\n",
        out);
    for (const Option& option : kOptions) {
        char left[32];
        const char* const value = option.value == nullptr ? "" : option.value;
        std::snprintf(left, sizeof left, "%.*s %s", static_cast<int>(option.name.size()),
                      option.name.data(), value);
        std::fprintf(out, "  %-20s %s\n", left, option.help);
    }
    std::fputs(
        "\nSIGTERM and SIGINT end it in good order, SIGHUP has it read its configuration again.\n"
        "Exit status: 0 done, 64 usage, 69 cannot listen, 70 internal, 78 configuration\n",
        out);
}

}  // namespace cmagent::daemon
