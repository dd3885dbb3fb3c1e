#include "agent/ctl/arguments.h"

#include "agent/base/decimal.h"
#include "agent/base/packed.h"
#include "agent/base/text.h"
#include "agent/base/text_writer.h"

namespace cmagent::ctl {
namespace {

// The reason for which a word or a value is refused; null: it is taken.
using Complaint = const char*;

struct CommandRow {
    std::string_view name;
    std::string_view words;  // for the help
    std::string_view help;
    std::uint8_t least;  // words
    std::uint8_t most;
};

constexpr CommandRow kCommands[] = {
    {"status", "", "what the daemon does and how its sessions stand", 0, 0},
    {"start", "", "asks for a session, waits for the decision, prints the session's id", 0, 0},
    {"stop", "SESSION", "stops a session and its playback, whoever has started it", 1, 1},
    {"resolve", "CONFLICT [CODE...]",
     "ends the streams with these codes and starts what was refused; without a code: shows them", 1,
     1 + cm::kMaxCodes},
    {"outlook", "", "whether a start would fit; takes no place", 0, 0},
    {"streams", "", "what is playing on the account", 0, 0},
    {"end-stream", "STREAM",
     "ends a stream of the account, whatever device it is on, without watching here", 1, 1},
    {"history", "", "the last limits, stops and outages of the box, for support", 0, 0},
    {"watch", "", "prints events until it is interrupted", 0, 0},
    {kExplain, "[--status 409] FILE|-",
     "how the agent reads an answer of the service; needs no daemon", 0, 0},
};

constexpr auto kCommandNames = pack<kCommands, &CommandRow::name>();
constexpr auto kCommandWords = pack<kCommands, &CommandRow::words>();
constexpr auto kCommandHelp = pack<kCommands, &CommandRow::help>();
constexpr auto kLeast = column<kCommands, &CommandRow::least>();
constexpr auto kMost = column<kCommands, &CommandRow::most>();

struct OptionRow {
    std::string_view name;
    std::string_view value;     // its value, for the help; empty: it takes none
    std::string_view commands;  // the commands that take it; empty: all
    std::string_view help;
    Complaint (*set)(Arguments&, const char* value);
};

template <std::string_view Arguments::*member>
Complaint set_text(Arguments& arguments, const char* value) {
    arguments.*member = value;
    return value[0] == '\0' ? "must not be empty" : nullptr;
}

Complaint set_url(Arguments& arguments, const char* value) {
    arguments.url = value;
    return lib::parse_url(value, arguments.address) ? nullptr
                                                    : "takes http://HOST:PORT or unix:/PATH";
}

template <bool Arguments::*member>
Complaint set_flag(Arguments& arguments, const char*) {
    arguments.*member = true;
    return nullptr;
}

template <const char* Arguments::*member>
Complaint set_file(Arguments& arguments, const char* value) {
    arguments.*member = value;
    return nullptr;
}

Complaint add_metadata(Arguments& arguments, const char* value) {
    const std::size_t equals = std::string_view(value).find('=');
    if (equals == 0 || equals == std::string_view::npos) return "takes NAME=VALUE";
    return arguments.metadata.add(value) ? nullptr : "may be given 32 times";
}

Complaint set_wait(Arguments& arguments, const char* value) {
    arguments.wait_seconds = read_decimal(value, kMaxWait);
    return arguments.wait_seconds ? nullptr : "takes 0 to 3600 seconds";
}

Complaint set_since(Arguments& arguments, const char* value) {
    arguments.since = value;
    return read_decimal(value) ? nullptr : "takes the number of an entry";
}

Complaint add_code(Arguments& arguments, const char* value) {
    return arguments.terminate.add(value) ? nullptr : "may be given 8 times";
}

// The commands that speak of an account.
constexpr std::string_view kAccount = "start streams outlook end-stream";
// The commands that ask whose a session is (contract.md, "Owner").
constexpr std::string_view kOwners = "start stop resolve watch";

constexpr OptionRow kOptions[] = {
    {"--url", "URL", "", "http://HOST:PORT or unix:/PATH (http://127.0.0.1:8790)", set_url},
    {"--token-file", "FILE", "", "its first line is the token that the daemon asks for",
     set_file<&Arguments::token_file>},
    {"--json", "", "", "prints what the daemon answers, instead of a text for people",
     set_flag<&Arguments::json>},
    {"--version", "", "", "prints the version", set_flag<&Arguments::version>},
    {"--help", "", "", "prints this", set_flag<&Arguments::help>},
    {"--idp", "IDP", kAccount, "the identity provider of the user's sign-in",
     set_text<&Arguments::idp>},
    {"--subject-file", "FILE|-", kAccount,
     "its first line is the account at that provider; -: standard input",
     set_file<&Arguments::subject_file>},
    {"--subject", "ID", kAccount, "the same for all to see: `ps` shows it",
     set_text<&Arguments::subject>},
    {"--application", "NAME", kAccount, "one of cm.applications",
     set_text<&Arguments::application>},
    {"--client-key-file", "FILE", kOwners,
     "its first word is the clientKey by which the sessions are the caller's own: `stop` says that "
     "the player has been stopped already, `watch` keeps them alive",
     set_file<&Arguments::client_key_file>},
    {"--metadata", "NAME=VALUE", "start outlook", "what plays; may be repeated", add_metadata},
    {"--player", "NAME", "start", "one of players", set_text<&Arguments::player>},
    {"--replaces", "SESSION", "start", "the session that ends in the same go (zapping)",
     set_text<&Arguments::replaces>},
    {"--terminate", "CODE", "start", "a stream to end for this one; may be repeated", add_code},
    {"--client-version", "TEXT", "start", "the app's version, for the service",
     set_text<&Arguments::client_version>},
    {"--refresh", "", "streams outlook", "asks the service, whatever is known already",
     set_flag<&Arguments::refresh>},
    {"--since", "NUMBER", "history", "only what came after this entry", set_since},
    {"--give-up", "", "resolve", "the user does not want to watch any more",
     set_flag<&Arguments::give_up>},
    {"--try-again", "", "resolve", "starts what was refused, without ending anything",
     set_flag<&Arguments::try_again>},
    {"--wait", "SECONDS", "resolve", "waits for a place, which `watch` tells; 0: no more",
     set_wait},
    {"--start", "", "resolve", "with --wait: starts what was refused once there is a place",
     set_flag<&Arguments::start_then>},
};

constexpr auto kOptionNames = pack<kOptions, &OptionRow::name>();
constexpr auto kOptionValues = pack<kOptions, &OptionRow::value>();
constexpr auto kOptionCommands = pack<kOptions, &OptionRow::commands>();
constexpr auto kOptionHelp = pack<kOptions, &OptionRow::help>();
constexpr auto kSetters = column<kOptions, &OptionRow::set>();

// The row with that name; behind the last where there is none.
std::size_t find(PackedTexts names, std::size_t rows, std::string_view name) {
    std::size_t row = 0;
    while (row < rows && names[row] != name) ++row;
    return row;
}
std::size_t find_command(std::string_view name) {
    return find(kCommandNames.texts(), std::size(kCommands), name);
}

// `commands`: of an option.
bool takes(std::string_view commands, std::string_view command) {
    return commands.empty() ||
           (!command.empty() && commands.find(command) != std::string_view::npos);
}

void refuse(Arguments& arguments, std::string_view what, const char* why) {
    constexpr std::size_t kShown = 60;  // of an argument, which may be of any length
    char bytes[decltype(arguments.problem)::capacity()];
    TextWriter problem(bytes, WhenFull::cut);
    problem << slice(what, 0, kShown) << ' ' << why;
    (void)arguments.problem.assign(problem.view());
}

Complaint take_word(Arguments& arguments, std::string_view word) {
    if (arguments.command.empty()) {
        arguments.command = word;
        return find_command(word) == std::size(kCommands) ? "is no command" : nullptr;
    }
    return arguments.words.add(word) ? nullptr : "is one too many";
}

// Takes the option at argv[i], and its value, which may be argv[i + 1].
Complaint take_option(Arguments& arguments, int argc, const char* const* argv, int& i) {
    const std::string_view argument = argv[i];
    const std::size_t equals = argument.find('=');
    const std::size_t option =
        find(kOptionNames.texts(), std::size(kOptions), slice(argument, 0, equals));
    if (option == std::size(kOptions)) return "is no option";
    if (!takes(kOptionCommands[option], arguments.command)) {
        return arguments.command.empty() ? "must follow its command"
                                         : "does not go with this command";
    }
    const char* value = equals == std::string_view::npos ? nullptr : argv[i] + equals + 1;
    if (kOptionValues[option].empty()) {
        return value == nullptr ? kSetters[option](arguments, nullptr) : "takes no value";
    }
    if (value == nullptr && ++i == argc) return "needs a value";
    return kSetters[option](arguments, value == nullptr ? argv[i] : value);
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

// Checks the conditions between arguments, once all were taken.
void check(Arguments& arguments) {
    if (arguments.help || arguments.version) return;
    if (arguments.command.empty()) return refuse(arguments, "a command", "is missing");
    const std::size_t command = find_command(arguments.command);
    const std::size_t words = arguments.words.size;
    if (words < kLeast[command]) return refuse(arguments, arguments.command, "needs a word more");
    if (words > kMost[command])
        return refuse(arguments, arguments.words.list[kMost[command]], "is one too many");
    const bool account = takes(kAccount, arguments.command);
    if (account && arguments.idp.empty()) return refuse(arguments, "--idp", "is missing");
    const bool in_file = arguments.subject_file != nullptr;
    if (account && arguments.subject.empty() != in_file)
        return refuse(arguments, "--subject", in_file ? "goes without a file" : "is missing");
    if (arguments.command == "resolve") check_ways(arguments);
}

void put(std::FILE* out, const char* before, std::string_view text) {
    std::fputs(before, out);
    std::fwrite(text.data(), 1, text.size(), out);
}

}  // namespace

Arguments parse_arguments(int argc, const char* const* argv) {
    Arguments arguments;
    bool only_words = false;  // behind "--": codes may start with a hyphen
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (!only_words && argument == "--") {
            only_words = true;
            continue;
        }
        const bool word = only_words || slice(argument, 0, 1) != "-";
        const Complaint why =
            word ? take_word(arguments, argument) : take_option(arguments, argc, argv, i);
        if (why != nullptr) {
            refuse(arguments,
                   slice(argument, 0, word ? std::string_view::npos : argument.find('=')), why);
            return arguments;
        }
        arguments.rest = i + 1;
        if (arguments.command == kExplain) return arguments;
    }
    check(arguments);
    return arguments;
}

void print_help(std::FILE* out) {
    std::fputs(
        "cmagentctl: talks to cmagentd, the Concurrency Monitoring agent\n\n"
        "Usage: cmagentctl [OPTION...] COMMAND [OPTION...] [WORD...]\n\n",
        out);
    for (std::size_t i = 0; i < std::size(kCommands); ++i) {
        put(out, "  ", kCommandNames[i]);
        put(out, " ", kCommandWords[i]);
        put(out, "\n      ", kCommandHelp[i]);
        std::fputc('\n', out);
    }
    std::fputs("\nOptions:\n", out);
    for (std::size_t i = 0; i < std::size(kOptions); ++i) {
        constexpr int kLeft = 22;
        put(out, "  ", kOptionNames[i]);
        put(out, " ", kOptionValues[i]);
        const auto left = kOptionNames[i].size() + kOptionValues[i].size() + 1;
        std::fprintf(out, "%*s", kLeft - static_cast<int>(left), "");
        put(out, " ", kOptionCommands[i]);
        put(out, kOptionCommands[i].empty() ? "" : ": ", kOptionHelp[i]);
        std::fputc('\n', out);
    }
    std::fputs(
        "\nExit status: 0 done, 1 refused (the problem is on standard error), 64 usage,\n"
        "69 the daemon cannot be reached\n",
        out);
}

}  // namespace cmagent::ctl
