#include "agent/daemon/log_line.h"

namespace cmagent::daemon {

LogLine::LogLine(platform::Log& log, platform::LogLevel level)
    : Line({text_, sizeof text_}), log_(log), level_(level) {}

}  // namespace cmagent::daemon
