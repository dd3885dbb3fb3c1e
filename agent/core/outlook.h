#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"
#include "agent/cm/running_streams.h"
#include "agent/core/limits.h"
#include "agent/core/looks.h"
#include "agent/core/stream_request.h"

namespace cmagent::core {

// Whether a start would fit (contract.md, "Outlook").
enum class Verdict : std::uint8_t {
    free,  // and another one after it
    last,  // it would take the last place
    full,
    unknown,
};
[[nodiscard]] std::string_view name(Verdict verdict);

// Streams that CM counts, but does not list.
[[nodiscard]] std::size_t unlisted(const cm::RunningStreams& streams);

// By one limit. `others`: unlisted().
[[nodiscard]] Verdict verdict_of(const LearntLimit& limit, const Usage& usage, std::size_t others);

// By all limits that apply to the wish: the worst that is known.
class Outlook {
  public:
    // `streams` are those of the look; where it has lapsed, nothing is known. Limits and wish must
    // outlive the outlook.
    Outlook(const Limits& limits, const Look& look, const cm::RunningStreams& streams,
            const StreamRequest& wish, Time now, std::int64_t wall_ms);

    [[nodiscard]] Verdict verdict() const { return verdict_; }
    [[nodiscard]] const Limits& limits() const { return limits_; }
    // Whether it is one of the limits that the wish is measured by.
    [[nodiscard]] bool is_measure(const LearntLimit& limit) const {
        return limit.holds(wall_ms_) && limit.applies_to(wish_);
    }
    // The stream counts against a limit that is reached.
    [[nodiscard]] bool is_in_the_way(const cm::RunningStream& stream) const;

  private:
    const Limits& limits_;
    const StreamRequest& wish_;
    std::int64_t wall_ms_;
    Verdict verdict_ = Verdict::unknown;
    std::uint16_t full_ = 0;  // the limits that are reached, a bit each
    static_assert(Limits::kMaxLimits <= 16);
};

}  // namespace cmagent::core
