#pragma once
#include <cstdint>
#include <string_view>

#include "agent/daemon/line.h"
#include "platform/api/log.h"

namespace cmagent::daemon {

// A line of the log: LogLine(log, LogLevel::info) << "listening on " << address. Written when it goes out of scope.
class LogLine {
  public:
    LogLine(platform::Log& log, platform::LogLevel level)
        : log_(log), level_(level), line_({text_, sizeof text_}) {}
    ~LogLine() { log_.write(level_, line_.view()); }
    LogLine(const LogLine&) = delete;
    LogLine& operator=(const LogLine&) = delete;

    LogLine& operator<<(std::string_view text) {
        line_ << text;
        return *this;
    }
    LogLine& operator<<(const char* text) {
        line_ << text;
        return *this;
    }
    LogLine& operator<<(std::int64_t number) {
        line_ << number;
        return *this;
    }

  private:
    platform::Log& log_;
    platform::LogLevel level_;
    char text_[512];
    Line line_;
};

}  // namespace cmagent::daemon
