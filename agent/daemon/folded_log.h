#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "platform/api/clock.h"
#include "platform/api/log.h"

namespace cmagent::daemon {

// Keeps a log short whatever callers make the agent say (contract.md, "Shares"). Lines are of one
// kind when they differ in words with digits only: ids, counts, addresses. Of a kind, the same line
// is told once and other lines five times within 10 s; what more there was is counted, and told in
// one line with the last of them when the 10 s are over. Beyond 10 lines a second (20 at once)
// lines are left out, and counted too, but for errors. At level `debug`, which somebody has asked
// for to see everything, no line is kept back.
class FoldedLog final : public platform::Log {
  public:
    // Both must outlive the log.
    FoldedLog(platform::Log& below, platform::Clock& clock, platform::LogLevel level)
        : below_(below), clock_(clock), level_(level) {}

    // Lines above it are not written.
    void set_level(platform::LogLevel level) { level_ = level; }

    void write(platform::LogLevel level, std::string_view line) override;

    // When something that was counted is to be told.
    [[nodiscard]] Time next_deadline() const;
    void on_time(Time now);
    // Tells at once what was counted: the process ends.
    void finish() { on_time(kNever); }

  private:
    // All zero: a place that is free.
    struct Kind {
        std::uint64_t hash = 0;
        std::uint64_t line = 0;  // hash of the last line that was told
        Time until;              // the end of its 10 s
        std::uint32_t told = 0;
        std::uint32_t folded = 0;
        platform::LogLevel level = platform::LogLevel::error;
        Text<160> last;  // that was folded, cut
    };

    [[nodiscard]] Kind& kind_of(std::uint64_t hash, Time now);
    void close(Kind& kind, Time now);
    [[nodiscard]] bool has_room(Time now);

    platform::Log& below_;
    platform::Clock& clock_;
    platform::LogLevel level_;
    Kind kinds_[16];  // more than a box in trouble tells within 10 s
    Time full_at_;    // of the bucket of lines
    Time left_out_told_at_;
    std::uint32_t left_out_ = 0;
};

}  // namespace cmagent::daemon
