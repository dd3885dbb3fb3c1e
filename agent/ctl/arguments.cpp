#include "agent/ctl/arguments.h"

#include "agent/base/text_writer.h"
#include "agent/ctl/option_list.h"

namespace cmagent::ctl {
namespace {

void refuse(Arguments& arguments, std::string_view what, const char* why) {
    constexpr std::size_t kShown = 60;  // of an argument, which may be of any length
    char bytes[decltype(arguments.problem)::capacity()];
    TextWriter problem(bytes, WhenFull::cut);
    problem << slice(what, 0, kShown) << ' ' << why;
    (void)arguments.problem.assign(problem.view());
}

Complaint take_word(Arguments& arguments, std::string_view word) {
    if (arguments.command == Command::none) {
        arguments.command = find_command(word);
        return arguments.command == Command::none ? "is no command" : nullptr;
    }
    return arguments.words.add(word) ? nullptr : "is one too many";
}

// Takes the option at argv[i], and its value, which may be argv[i + 1].
Complaint take_option(Arguments& arguments, int argc, const char* const* argv, int& i) {
    const std::string_view argument = argv[i];
    const std::size_t equals = argument.find('=');
    const std::string_view name = slice(argument, 0, equals);
    std::size_t n = 0;
    while (n < option_count() && nth_option(n).name != name) ++n;
    if (n == option_count()) return "is no option";
    const Option option = nth_option(n);
    if (!option.goes_with(arguments.command)) {
        return arguments.command == Command::none ? "must follow its command"
                                                  : "does not go with this command";
    }
    const char* value = equals == std::string_view::npos ? nullptr : argv[i] + equals + 1;
    if (option.value.empty()) {
        return value == nullptr ? option.set(arguments, nullptr) : "takes no value";
    }
    if (value == nullptr && ++i == argc) return "needs a value";
    return option.set(arguments, value == nullptr ? argv[i] : value);
}

// The ways to resolve a conflict exclude one another.
void check_ways(Arguments& arguments) {
    const struct {
        const char* option;
        bool given;
    } kWays[] = {{"--give-up", arguments.give_up},
                 {"--try-again", arguments.try_again},
                 {"--wait", arguments.wait_seconds.has_value()}};
    const bool codes = arguments.words.size > 1;
    const char* first = nullptr;
    for (const auto& way : kWays) {
        if (!way.given) continue;
        if (codes) return refuse(arguments, way.option, "goes without codes");
        if (first != nullptr) return refuse(arguments, first, "goes alone");
        first = way.option;
    }
    if (arguments.start_then && !arguments.wait_seconds)
        refuse(arguments, "--start", "needs --wait");
}

void check_account(Arguments& arguments) {
    const bool in_file = arguments.subject_file != nullptr;
    if (arguments.idp.empty()) return refuse(arguments, "--idp", "is missing");
    if (arguments.subject.empty() != in_file)
        refuse(arguments, "--subject", in_file ? "goes without a file" : "is missing");
}

// Checks the conditions between arguments, once all were taken.
void check(Arguments& arguments) {
    if (arguments.help || arguments.version) return;
    const Command command = arguments.command;
    if (command == Command::none) return refuse(arguments, "a command", "is missing");
    const std::size_t words = arguments.words.size;
    if (words < least_words(command))
        return refuse(arguments, text_of(command).name, "needs a word more");
    if (words > most_words(command))
        return refuse(arguments, arguments.words.list[most_words(command)], "is one too many");
    if (speaks_of_an_account(command)) check_account(arguments);
    if (command == Command::resolve) check_ways(arguments);
}

}  // namespace

Arguments parse_arguments(int argc, const char* const* argv) {
    Arguments arguments;
    bool only_words = false;  // behind "--": codes may start with a hyphen
    // The first word of `run` is the player, and what follows is the player's.
    for (int i = 1; i < argc && arguments.playing == nullptr; ++i) {
        const std::string_view argument = argv[i];
        if (!only_words && argument == "--") {
            only_words = true;
            continue;
        }
        const bool word = only_words || argument == "-" || slice(argument, 0, 1) != "-";
        if (word && arguments.command == Command::run) arguments.playing = argv + i;
        const Complaint why =
            word ? take_word(arguments, argument) : take_option(arguments, argc, argv, i);
        if (why != nullptr) {
            refuse(arguments,
                   slice(argument, 0, word ? std::string_view::npos : argument.find('=')), why);
            return arguments;
        }
    }
    check(arguments);
    return arguments;
}

}  // namespace cmagent::ctl
