#include "agent/daemon/options.h"

#include <cstring>

#include "agent/base/text_writer.h"

namespace cmagent::daemon {
namespace {

using Task = Options::Task;

struct Option {
    // The member of Options that the option sets: all but the task to the value given with it.
    enum class Setting : std::uint8_t { task, place, log_level, log_target };

    char usage[18];  // the name, and behind a space the value where it takes one
    Setting setting;
    Task task;
    const char* help;

    [[nodiscard]] std::string_view name() const {
        const std::string_view text(usage);
        return slice(text, 0, text.find(' '));
    }
};

constexpr Option kOptions[] = {
    {"--config FILE", Option::Setting::place, Task::run,
     "a file of the configuration, or a folder of them; may stand several times"},
    {"--check-config", Option::Setting::task, Task::check_configuration,
     "says what a start would find wrong (files, commands), and ends"},
    {"--print-config", Option::Setting::task, Task::print_configuration,
     "prints what all files come to, without secrets, and where each key is set"},
    {"--print-states", Option::Setting::task, Task::print_states,
     "prints the life cycles as Mermaid diagrams, and ends"},
    {"--log-level LEVEL", Option::Setting::log_level, Task::run,
     "error, warning, info or debug; goes before the configuration's"},
    {"--log-to WHERE", Option::Setting::log_target, Task::run,
     "stderr or syslog; goes before the configuration's"},
    {"--version", Option::Setting::task, Task::version, "prints the version, and ends"},
    {"--help", Option::Setting::task, Task::help, "prints this, and ends"},
};

constexpr char kUsage[] =
    "cmagentd: the Concurrency Monitoring agent, in the foreground; logs on standard error or to "
    "syslog\n"
    "\n"
    "Usage: cmagentd [OPTION...]\n"
    "\n";
constexpr char kRemarks[] =
    "\n"
    "SIGTERM and SIGINT end it in good order, SIGUSR2 for a restart that keeps the sessions, "
    "SIGHUP has it read its configuration again.\n"
    "Exit status: 0 done, 64 usage, 69 port or state is another's, 70 internal, 78 configuration\n";

// False: no enumerator has this name.
template <class Enum, class Names>
bool set_word(std::optional<Enum>& into, const Names& names, std::string_view value) {
    for (std::uint8_t number = 0; number < kCountOf<Enum>; ++number) {
        const auto word = static_cast<Enum>(number);
        if (names[word] != value) continue;
        into = word;
        return true;
    }
    return false;
}

// The fault of a value; null: none.
const char* set(Options& options, const Option& option, const char* value) {
    if (option.setting == Option::Setting::task) {
        if (value != nullptr) return "takes no value";
        options.task = option.task;
        return nullptr;
    }
    if (value == nullptr) return "needs a value";
    if (option.setting == Option::Setting::log_level) {
        const bool known = set_word(options.log_level, platform::kLogLevelNames, value);
        return known ? nullptr : "takes error, warning, info or debug";
    }
    if (option.setting == Option::Setting::log_target) {
        const bool known = set_word(options.log_target, platform::kLogTargetNames, value);
        return known ? nullptr : "takes stderr or syslog";
    }
    if (value[0] == '\0') return "needs the name of a file";
    return options.places.add(value) ? nullptr : "stands more than 34 times";
}

const Option* find_option(std::string_view name) {
    for (const Option& option : kOptions) {
        if (option.name() == name) return &option;
    }
    return nullptr;
}

void refuse(Options& options, std::string_view option, const char* why) {
    char bytes[decltype(options.problem)::capacity()];
    TextWriter line(bytes, WhenFull::mark);
    line << option << " " << why;
    (void)options.problem.assign(line.view());
}

}  // namespace

Options parse_options(int argc, const char* const* argv) {
    Options options;
    for (int i = 1; i < argc && options.problem.empty(); ++i) {
        const char* const argument = argv[i];
        const char* const equals = std::strchr(argument, '=');
        const std::size_t size =
            equals == nullptr ? std::strlen(argument) : static_cast<std::size_t>(equals - argument);
        const std::string_view name(argument, size);
        const Option* const option = find_option(name);
        if (option == nullptr) {
            refuse(options, argument, "is no option");
            break;
        }
        const char* value = equals == nullptr ? nullptr : equals + 1;
        const bool apart =
            value == nullptr && option->setting != Option::Setting::task && i + 1 < argc;
        if (apart) value = argv[++i];
        const char* const why = set(options, *option, value);
        if (why != nullptr) refuse(options, name, why);
    }
    return options;
}

void print_help(std::FILE* out) {
    std::fputs(kUsage, out);
    for (const Option& option : kOptions) {
        std::fprintf(out, "  %-20s %s\n", option.usage, option.help);
    }
    std::fputs("\nWithout --config, what is there of these, the later over the earlier:\n", out);
    for (const char* const place : default_places()) std::fprintf(out, "  %s\n", place);
    std::fputs(kRemarks, out);
}

}  // namespace cmagent::daemon
