#include "platform/players/command_order.h"

namespace cmagent::platform {

CommandOrder::CommandOrder(Processes& processes, Timers& timers, const char* const* argv,
                           PlayerNews success, PlayerListener& listener)
    : processes_(processes),
      argv_(argv),
      success_(success),
      listener_(listener),
      later_(timers, listener) {}

void CommandOrder::run() {
    cancel();
    if (!configured() || !processes_.start(argv_, *this)) later_.tell(PlayerNews::unreachable);
}

void CommandOrder::cancel() {
    processes_.kill(*this);
    later_.withdraw();
}

void CommandOrder::on_exit(int status) {
    listener_.on_player(status == 0 ? success_ : PlayerNews::unreachable);
}

}  // namespace cmagent::platform
