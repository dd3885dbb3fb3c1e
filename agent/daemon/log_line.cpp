#include "agent/daemon/log_line.h"

namespace cmagent::daemon {

LogLine::LogLine(platform::Log& log, platform::LogLevel level)
    : TextWriter(text_, WhenFull::mark), log_(log), level_(level) {}

}  // namespace cmagent::daemon
