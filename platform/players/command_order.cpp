#include "platform/players/command_order.h"

#include <cstdlib>
#include <cstring>

#include "agent/base/text_writer.h"

namespace cmagent::platform {

CommandOrder::CommandOrder(const PlayerServices& services, Command command, PlayerNews success,
                           PlayerListener& listener)
    : processes_(services.processes),
      command_(command),
      success_(success),
      listener_(listener),
      later_(services.timers, listener) {}

void CommandOrder::run() {
    cancel();
    if (!configured() || !start()) later_.tell(PlayerNews::unreachable);
}

bool CommandOrder::start() {
    const char* argv[Command::kMaxWords + 1] = {};
    const char* word = command_.words;
    for (std::size_t i = 0; i < command_.count; ++i) {
        argv[i] = word;
        word += std::strlen(word) + 1;
    }
    return processes_.start(argv, *this);
}

void CommandOrder::cancel() {
    processes_.kill(*this);
    later_.withdraw();
}

void CommandOrder::on_exit(int status) {
    if (status != 0) {
        char text[64];
        TextWriter line(text);
        line << (success_ == PlayerNews::forced ? "force" : "stop");
        line << (status > 0 ? ": status " : ": ended by signal ") << std::abs(status);
        listener_.on_output(line.view());
    }
    listener_.on_player(status == 0 ? success_ : PlayerNews::unreachable);
}

}  // namespace cmagent::platform
