#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/advice.h"
#include "agent/cm/limit.h"
#include "agent/cm/limits.h"
#include "agent/cm/running_streams.h"
#include "agent/core/stream_request.h"

namespace cmagent::core {

// A limit of CM, as far as its answers have shown it. It knows no subject: what one household of an
// application may watch, every one may.
struct LearntLimit {
    static constexpr Millis kLife = Millis{30} * 24 * 60 * kMinute;  // contract.md, "Outlook"

    bool used = false;
    std::uint8_t application = 0;
    cm::Counted counted{};
    bool of_channel = false;        // of each channel by itself
    bool displaces = false;         // CM has ended a session of this box in favour of a newcomer
    std::uint8_t at_least = 0;      // values that CM has let run at once; 0: not shown
    std::uint8_t at_most = 0;       // values beside which CM has refused one more; 0: not shown
    std::int64_t seen_wall_ms = 0;  // when it was last proved; 0: the box had no clock
    Text<cm::kMaxName> rule;        // empty: CM has named none
    Text<cm::kMaxName> attribute;   // likewise

    // Not too old to count.
    [[nodiscard]] bool holds(std::int64_t wall_ms) const {
        return used && (seen_wall_ms == 0 || wall_ms - seen_wall_ms <= kLife);
    }
    // Streams themselves are counted, not the values of some metadata.
    [[nodiscard]] bool of_streams() const {
        return counted == cm::Counted::streams || counted == cm::Counted::streams_of_channel;
    }
    // Whether a start like `wish` is measured by it.
    [[nodiscard]] bool applies_to(const StreamRequest& wish) const;
    // Whether the stream counts against such a start.
    [[nodiscard]] bool counts(const cm::RunningStream& stream, const StreamRequest& wish) const;
};

// What runs of that which a limit counts.
struct Usage {
    std::size_t listed = 0;  // distinct values among the streams that CM lists
    std::size_t adds = 1;    // 0: the value that a start like the wish would have runs already
};
// The session that CM calls `but` is left out; empty: none is.
[[nodiscard]] Usage usage_of(const LearntLimit& limit, const cm::RunningStreams& streams,
                             const StreamRequest& wish, std::string_view but = {});

// The limits that CM's own answers have shown. Where two answers contradict each other, the newer
// counts: operators change their policies. Every answer that teaches something has the state
// written anyway: nothing is written for the limits alone.
class Limits {
  public:
    // The rules of all applications; the one that was proved longest ago goes first.
    static constexpr std::size_t kMaxLimits = 16;

    // A start was refused or, `displaced`, a session whose lease lived.
    void learn_refusal(std::uint8_t application, const cm::Evaluation& evaluation, bool displaced,
                       std::int64_t wall_ms);
    // A start was granted beside `streams`; CM calls it `granted`.
    void learn_grant(const StreamRequest& stream, const cm::RunningStreams& streams,
                     std::string_view granted, std::int64_t wall_ms);
    // One that was kept on flash.
    void restore(const LearntLimit& kept) { place(0) = kept; }

    // The application's policy is known to let the latest start win.
    [[nodiscard]] bool displaces(std::uint8_t application, std::int64_t wall_ms) const;

    // All places, also those that are free or too old: see holds().
    [[nodiscard]] const LearntLimit* begin() const { return limits_; }
    [[nodiscard]] const LearntLimit* end() const { return limits_ + kMaxLimits; }

  private:
    [[nodiscard]] LearntLimit* find(const LearntLimit& like);
    [[nodiscard]] LearntLimit& place(std::int64_t wall_ms);
    [[nodiscard]] LearntLimit& place_for(const LearntLimit& shown);

    LearntLimit limits_[kMaxLimits] = {};
};

}  // namespace cmagent::core
