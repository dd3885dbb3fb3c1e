#include "agent/ctl/option_list.h"

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/packed.h"

namespace cmagent::ctl {
namespace {

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

// An empty name is a script's variable that was not set, and no place in which nothing is.
template <const char* Arguments::*member>
Complaint set_file(Arguments& arguments, const char* value) {
    arguments.*member = value;
    return value[0] == '\0' ? "must not be empty" : nullptr;
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

Complaint set_stop_deadline(Arguments& arguments, const char* value) {
    const std::uint64_t ms = read_decimal(value, kMaxStopDeadlineMs).value_or(0);
    arguments.stop_deadline_ms = static_cast<std::int32_t>(ms);
    return ms >= kMinStopDeadlineMs ? nullptr : "takes 100 to 120000 milliseconds";
}

Complaint set_since(Arguments& arguments, const char* value) {
    arguments.since = value;
    return read_decimal(value) ? nullptr : "takes the number of an entry";
}

Complaint add_code(Arguments& arguments, const char* value) {
    return arguments.terminate.add(value) ? nullptr : "may be given 8 times";
}

Complaint add_configuration(Arguments& arguments, const char* value) {
    return arguments.configurations.add(value) ? nullptr : "may be given 8 times";
}

// The status changes nothing in how a body is read; it is taken so that a call can be written as
// the answer came.
Complaint check_status(Arguments&, const char* value) {
    const std::string_view text = value;
    const bool status =
        text.size() == 3 && all_of(text, is_digit) && text[0] >= '1' && text[0] <= '5';
    return status ? nullptr : "takes a status of HTTP";
}

constexpr Commands kAll;
// The commands that speak of an account.
constexpr Commands kAccount(Command::start, Command::run, Command::streams, Command::outlook,
                            Command::end_stream, Command::logout);
// … and of one of its applications.
constexpr Commands kApplication(Command::start, Command::run, Command::streams, Command::outlook,
                                Command::end_stream, Command::metadata);
// The commands that ask whose a session is (contract.md, "Owner").
constexpr Commands kOwners(Command::start, Command::stop, Command::stopped, Command::pause,
                           Command::resume, Command::sessions, Command::resolve, Command::watch,
                           Command::events);
constexpr Commands kStart(Command::start, Command::run);

constexpr Option kRows[] = {
    {"--url", "URL", "http://HOST:PORT or unix:/PATH (http://127.0.0.1:8790)", kAll, set_url},
    {"--token-file", "FILE", "its first word is the token that the daemon asks for", kAll,
     set_file<&Arguments::token_file>},
    {"--json", "", "prints what the daemon answers, instead of a text for people", kAll,
     set_flag<&Arguments::json>},
    {"--version", "", "prints the version", kAll, set_flag<&Arguments::version>},
    {"--help", "", "prints this; behind a command: what it takes", kAll,
     set_flag<&Arguments::help>},
    {"--idp", "IDP", "the identity provider of the user's sign-in", kAccount,
     set_text<&Arguments::idp>},
    {"--subject-file", "FILE|-",
     "its first line is the account at that provider; -: standard input", kAccount,
     set_file<&Arguments::subject_file>},
    {"--subject", "ID", "the same for all to see: `ps` shows it", kAccount,
     set_text<&Arguments::subject>},
    {"--application", "NAME", "one of cm.applications", kApplication,
     set_text<&Arguments::application>},
    {"--client-key-file", "FILE",
     "its first word is the clientKey by which the sessions are the caller's own: `stop` says that "
     "the player has been stopped already, `watch` keeps them alive",
     kOwners, set_file<&Arguments::client_key_file>},
    {"--metadata", "NAME=VALUE", "what plays; may be repeated",
     Commands(Command::start, Command::run, Command::outlook), add_metadata},
    {"--player", "NAME", "one of players", kStart, set_text<&Arguments::player>},
    {"--replaces", "SESSION", "the session that ends in the same go (zapping)", kStart,
     set_text<&Arguments::replaces>},
    {"--terminate", "CODE", "a stream to end for this one; may be repeated", kStart, add_code},
    {"--client-version", "TEXT", "the app's version, for the service", kStart,
     set_text<&Arguments::client_version>},
    {"--stop-deadline-ms", "MS",
     "after half of this a player that was told to end is killed (2000)", Commands(Command::run),
     set_stop_deadline},
    {"--refresh", "", "asks the service, whatever is known already",
     Commands(Command::streams, Command::outlook), set_flag<&Arguments::refresh>},
    {"--since", "NUMBER", "only what came after this entry or event",
     Commands(Command::history, Command::events), set_since},
    {"--give-up", "", "the user does not want to watch any more", Commands(Command::resolve),
     set_flag<&Arguments::give_up>},
    {"--try-again", "", "starts what was refused, without ending anything",
     Commands(Command::resolve), set_flag<&Arguments::try_again>},
    {"--wait", "SECONDS",
     "waits for a place; `resolve` does not wait itself, `watch` tells it; 0: no more. events: "
     "waits "
     "for one, up to 60 s",
     Commands(Command::resolve, Command::run, Command::events), set_wait},
    {"--start", "", "with --wait: starts what was refused once there is a place",
     Commands(Command::resolve), set_flag<&Arguments::start_then>},
    {"--config", "FILE|FOLDER", "of the daemon, where it is not in its place; may be repeated",
     Commands(Command::check, Command::report, Command::forget), add_configuration},
    {"--status", "409", "the status with which the answer came", Commands(Command::explain),
     check_status},
    {"--state", "FOLDER", "this folder, whatever state.dir the daemon's configuration has",
     Commands(Command::forget), set_file<&Arguments::state>},
};

constexpr auto kNames = pack<kRows, &Option::name>();
constexpr auto kValues = pack<kRows, &Option::value>();
constexpr auto kHelp = pack<kRows, &Option::help>();
constexpr auto kCommands = column<kRows, &Option::commands>();
constexpr auto kSetters = column<kRows, &Option::set>();

}  // namespace

bool speaks_of_an_account(Command command) {
    return kAccount.has(command);
}

std::size_t option_count() {
    return std::size(kRows);
}

Option nth_option(std::size_t n) {
    return {kNames[n], kValues[n], kHelp[n], kCommands[n], kSetters[n]};
}

}  // namespace cmagent::ctl
