#include "platform/players/command_order.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "agent/base/text_writer.h"

namespace cmagent::platform {
namespace {

// A player is mostly gone at once; one that is not costs a process each time.
constexpr std::uint16_t kFirstWaitMs = 50;
constexpr std::uint16_t kLastWaitMs = 400;
constexpr int kNotRun = 127;  // as a shell says it, and Processes

}  // namespace

CommandOrder::CommandOrder(const PlayerServices& services, Command command, PlayerNews success,
                           PlayerListener& listener, Command verify)
    : processes_(services.processes),
      timers_(services.timers),
      command_(command),
      verify_(verify),
      success_(success),
      listener_(listener) {}

void CommandOrder::run() {
    cancel();
    wait_ms_ = 0;
    start(command_);
}

void CommandOrder::start(const Command& command) {
    const char* argv[Command::kMaxWords + 1] = {};
    const char* word = command.words;
    for (std::size_t i = 0; i < command.count; ++i) {
        argv[i] = word;
        word += std::strlen(word) + 1;
    }
    started_ = !command.empty() && processes_.start(argv, *this);
    if (!started_) timers_.set(*this, 0);
}

void CommandOrder::cancel() {
    processes_.kill(*this);
    timers_.unset(*this);
}

void CommandOrder::on_time() {
    started_ ? start(verify_) : listener_.on_player(PlayerNews::unreachable);
}

// Of a command that verifies, what its first run prints: the others would repeat it.
void CommandOrder::on_output(std::string_view line) {
    if (wait_ms_ <= kFirstWaitMs) listener_.on_output(line);
}

void CommandOrder::on_exit(int status) {
    const bool verifies = wait_ms_ != 0;
    if (!verifies && status != 0) tell(status);
    if (verify_.empty() || (verifies && (status == 0 || status == kNotRun)))
        return listener_.on_player(status == 0 ? success_ : PlayerNews::unreachable);
    if (verifies) timers_.set(*this, wait_ms_);
    wait_ms_ = verifies ? std::min<std::uint16_t>(2 * wait_ms_, kLastWaitMs) : kFirstWaitMs;
    if (!verifies) start(verify_);
}

void CommandOrder::tell(int status) {
    char text[64];
    TextWriter line(text);
    line << (success_ == PlayerNews::forced ? "force" : "stop");
    line << (status > 0 ? ": status " : ": ended by signal ") << std::abs(status);
    listener_.on_output(line.view());
}

}  // namespace cmagent::platform
