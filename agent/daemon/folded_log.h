#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "platform/api/clock.h"
#include "platform/api/log.h"

namespace cmagent::daemon {

// Keeps a log short whatever callers make the agent say, and whatever goes on failing (contract.md,
// "Shares", "Log"). Lines are of one kind when they differ in words with digits only: ids, counts,
// addresses. Of a kind, the same line is told once and other lines five times within a window of
// 10 s, or of 1 min where it is a warning or an error; what more there was is counted, and told in
// one line with the last of them when the window is over. While a kind goes on so, its windows grow:
// 1 min, 2, 4 … 60, with a line at the beginning of each; so they do when a warning comes again
// soon after its window. Beyond 10 lines a second (20 at once) lines are left out, and counted too,
// but for errors. At level `debug`, which somebody has asked for to see everything, no line is kept
// back.
class FoldedLog final : public platform::Log {
  public:
    // Both must outlive the log.
    FoldedLog(platform::Log& below, platform::Clock& clock, platform::LogLevel level)
        : below_(below), clock_(clock), level_(level) {}

    // Lines above it are not written.
    void set_level(platform::LogLevel level) { level_ = level; }

    void write(platform::LogLevel level, std::string_view line) override;

    // The newest line of an error, cut; a reload that was refused has told one.
    [[nodiscard]] const Text<512>& newest_error() const { return newest_error_; }

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
        Time until;              // the end of its window
        Millis window = 0;
        std::uint32_t told = 0;
        std::uint32_t folded = 0;
        platform::LogLevel level = platform::LogLevel::error;
        bool quiet = false;  // trouble that did not come again in the window before this one
        Text<240> last;      // that was folded, cut

        void begin(Millis span, Time now);
    };

    [[nodiscard]] Kind& kind_of(std::uint64_t hash, platform::LogLevel level, Time now);
    void close(Kind& kind, Time now);
    [[nodiscard]] bool has_room(Time now);

    platform::Log& below_;
    platform::Clock& clock_;
    platform::LogLevel level_;
    Kind kinds_[24];  // more than a box in trouble tells at a time
    Time full_at_;    // of the bucket of lines
    Time left_out_told_at_;
    std::uint32_t left_out_ = 0;
    Text<512> newest_error_;
};

}  // namespace cmagent::daemon
