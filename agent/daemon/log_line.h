#pragma once
#include "agent/base/text_writer.h"
#include "platform/api/log.h"

namespace cmagent::daemon {

// A line of the log: LogLine(log, LogLevel::info) << "listening on " << address. The line is
// written at the end of the statement, or of the scope where it has a name.
class LogLine : public TextWriter {
  public:
    LogLine(platform::Log& log, platform::LogLevel level);
    ~LogLine() { log_.write(level_, view()); }
    LogLine(const LogLine&) = delete;
    LogLine& operator=(const LogLine&) = delete;

  private:
    platform::Log& log_;
    platform::LogLevel level_;
    char text_[640];
};

}  // namespace cmagent::daemon
