#include "agent/daemon/options.h"

#include "agent/daemon/configuration_key.h"
#include "agent/daemon/line.h"

namespace cmagent::daemon {
namespace {

struct Option {
    char name[16];
    // What it sets: the task, or that for which it needs a value.
    enum class What : std::uint8_t { task, file, log_level } what;
    Options::Task task = Options::Task::run;
};

constexpr Option kOptions[] = {
    {"--config", Option::What::file},
    {"--check-config", Option::What::task, Options::Task::check_configuration},
    {"--print-states", Option::What::task, Options::Task::print_states},
    {"--log-level", Option::What::log_level},
    {"--version", Option::What::task, Options::Task::version},
    {"--help", Option::What::task, Options::Task::help},
};

constexpr char kHelp[] =
    "cmagentd: the Concurrency Monitoring agent, in the foreground; logs on standard error\n"
    "\n"
    "Usage: cmagentd [OPTION...]\n"
    "\n"
    "  --config FILE        the configuration (/etc/cmagent/cmagent.json)\n"
    "  --check-config       reads the configuration, says what is wrong with it, and ends\n"
    "  --print-states       prints the life cycles as Mermaid diagrams, and ends\n"
    "  --log-level LEVEL    error, warning, info or debug; goes before the configuration's\n"
    "  --version            prints the version, and ends\n"
    "  --help               prints this, and ends\n"
    "\n"
    "SIGTERM and SIGINT end it in good order, SIGHUP has it read its configuration again.\n"
    "Exit status: 0 done, 64 usage, 69 cannot listen, 70 internal, 78 configuration\n";

// False: there is no such level.
bool set_log_level(Options& options, std::string_view value) {
    for (std::uint8_t level = 0; level < kLogLevels; ++level) {
        if (nth_word(kWords, std::size_t{kLogLevelWords} + level) != value) continue;
        options.log_level = static_cast<platform::LogLevel>(level);
        return true;
    }
    return false;
}

// Why the value is refused; null: it is not.
const char* set(Options& options, const Option& option, const char* value) {
    switch (option.what) {
        case Option::What::task:
            options.task = option.task;
            return nullptr;
        case Option::What::file:
            options.file = value;
            return value[0] == '\0' ? "needs the name of a file" : nullptr;
        case Option::What::log_level:
            return set_log_level(options, value) ? nullptr : "takes error, warning, info or debug";
    }
    return nullptr;
}

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
        const bool needs_value = option->what != Option::What::task;
        if (!needs_value && value != nullptr) return refused(name, "takes no value");
        if (needs_value && value == nullptr) {
            if (++i == argc) return refused(name, "needs a value");
            value = argv[i];
        }
        const char* const why = set(options, *option, value);
        if (why != nullptr) return refused(name, why);
    }
    return options;
}

void print_help(std::FILE* out) {
    std::fputs(kHelp, out);
}

}  // namespace cmagent::daemon
