#include "agent/ctl/command_list.h"

#include "agent/base/names.h"
#include "agent/base/packed.h"
#include "agent/cm/limits.h"

namespace cmagent::ctl {
namespace {

struct CommandRow {
    Command command;
    std::string_view name;
    std::string_view words;
    std::string_view help;
    std::uint8_t least;
    std::uint8_t most;
};

constexpr CommandRow kRows[] = {
    {Command::none, "", "", "", 0, 0},
    {Command::status, "status", "", "what the daemon does and how its sessions stand", 0, 0},
    {Command::start, "start", "",
     "asks for a session, waits for the decision, prints the session's id", 0, 0},
    {Command::stop, "stop", "SESSION", "stops a session and its playback, whoever has started it",
     1, 1},
    {Command::stopped, "stopped", "SESSION",
     "confirms that the picture is off, after the event playback-stop", 1, 1},
    {Command::pause, "pause", "SESSION", "the viewer has paused", 1, 1},
    {Command::resume, "resume", "SESSION", "the viewer goes on", 1, 1},
    {Command::sessions, "sessions", "[SESSION]", "the sessions of the box, or all about one", 0, 1},
    {Command::resolve, "resolve", "CONFLICT [CODE...]",
     "ends the streams with these codes and starts what was refused; without a code: shows them", 1,
     1 + cm::kMaxCodes},
    {Command::conflicts, "conflicts", "CONFLICT", "what is in the way", 1, 1},
    {Command::outlook, "outlook", "", "whether a start would fit; takes no place", 0, 0},
    {Command::streams, "streams", "", "what is playing on the account", 0, 0},
    {Command::end_stream, "end-stream", "STREAM",
     "ends a stream of the account, whatever device it is on, without watching here", 1, 1},
    {Command::logout, "logout", "", "ends all sessions of the account on this box", 0, 0},
    {Command::metadata, "metadata", "", "the names of the metadata that a start needs", 0, 0},
    {Command::history, "history", "", "the last limits, stops and outages of the box, for support",
     0, 0},
    {Command::watch, "watch", "", "prints events until it is interrupted", 0, 0},
    {Command::events, "events", "", "prints the events that are kept", 0, 0},
    {Command::run, "run", "[--] PLAYER [ARGUMENT...]",
     "runs the player under a session of its own: not without consent, and not longer", 1, 1},
    {Command::explain, "explain", "FILE|-",
     "how the agent reads an answer of the service; needs no daemon", 1, 1},
    {Command::forget, "forget", "",
     "the factory reset: removes all that the daemon has kept, which must not run", 0, 0},
    {Command::check, "check", "", "tries what a viewer will need, and says what to do; 1: a fault",
     0, 0},
    {Command::report, "report", "", "one text for support, without anything personal", 0, 0},
};
static_assert(lists_all(kRows, &CommandRow::command));

constexpr auto kNames = pack<kRows, &CommandRow::name>();
constexpr auto kWords = pack<kRows, &CommandRow::words>();
constexpr auto kHelp = pack<kRows, &CommandRow::help>();
constexpr auto kLeast = column<kRows, &CommandRow::least>();
constexpr auto kMost = column<kRows, &CommandRow::most>();

std::size_t row(Command command) {
    return static_cast<std::size_t>(command);
}

}  // namespace

Command find_command(std::string_view name) {
    std::size_t last = std::size(kRows) - 1;
    while (last > 0 && kNames[last] != name) --last;
    return static_cast<Command>(last);
}

CommandText text_of(Command command) {
    return {kNames[row(command)], kWords[row(command)], kHelp[row(command)]};
}

std::size_t least_words(Command command) {
    return kLeast[row(command)];
}

std::size_t most_words(Command command) {
    return kMost[row(command)];
}

}  // namespace cmagent::ctl
