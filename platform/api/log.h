#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/names.h"

namespace cmagent::platform {

enum class LogLevel : std::uint8_t { error, warning, info, debug };
inline constexpr Named<LogLevel> kLogLevelRows[] = {
    {LogLevel::error, "error"},
    {LogLevel::warning, "warning"},
    {LogLevel::info, "info"},
    {LogLevel::debug, "debug"},
};
inline constexpr auto kLogLevelNames = names_of<kLogLevelRows>();

// Where the lines of a log go (contract.md, "Log").
enum class LogTarget : std::uint8_t { standard_error, syslog };
inline constexpr Named<LogTarget> kLogTargetRows[] = {
    {LogTarget::standard_error, "stderr"},
    {LogTarget::syslog, "syslog"},
};
inline constexpr auto kLogTargetNames = names_of<kLogTargetRows>();

// The place that lines go to: stderr, the journal, a vendor's logger. Never blocks, never fails
// visibly.
class Log {
  public:
    // `line` has neither a level nor a time stamp nor an end of line. No line ever carries a
    // subject, a credential or a termination code: the code that writes the line is responsible for
    // that.
    virtual void write(LogLevel level, std::string_view line) = 0;

  protected:
    ~Log() = default;
};

}  // namespace cmagent::platform
