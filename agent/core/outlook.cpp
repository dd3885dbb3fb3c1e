#include "agent/core/outlook.h"

#include "agent/base/names.h"

namespace cmagent::core {
namespace {

constexpr Named<Verdict> kRows[] = {
    {Verdict::free, "free"},
    {Verdict::last, "last"},
    {Verdict::full, "full"},
    {Verdict::unknown, "unknown"},
};
constexpr auto kNames = names_of<kRows>();

}  // namespace

std::string_view name(Verdict verdict) {
    return kNames[verdict];
}

std::size_t unlisted(const cm::RunningStreams& streams) {
    const std::int64_t others = streams.other_streams().value_or(0);
    return others > 0 ? static_cast<std::size_t>(others) : 0;
}

// Each stream that is not listed is one of the streams of a household, but its other values may be
// among the listed ones, or further ones.
Verdict verdict_of(const LearntLimit& limit, const Usage& usage, std::size_t others) {
    const bool certain = limit.counted == cm::Counted::streams;
    const std::size_t most = usage.listed + usage.adds + others;
    const std::size_t least = certain ? most : usage.listed + usage.adds;
    if (limit.at_most != 0 && least > limit.at_most) return Verdict::full;
    if (most < limit.at_least || (usage.adds == 0 && most <= limit.at_least)) return Verdict::free;
    return most == limit.at_most ? Verdict::last : Verdict::unknown;
}

Outlook::Outlook(const Limits& limits, const Look& look, const cm::RunningStreams& streams,
                 const StreamRequest& wish, Time now, std::int64_t wall_ms)
    : limits_(limits), wish_(wish), wall_ms_(wall_ms) {
    if (!look.lives(now)) return;
    const std::size_t others = unlisted(streams);
    unsigned bit = 1;
    for (const LearntLimit& limit : limits) {
        const Verdict one = is_measure(limit)
                                ? verdict_of(limit, usage_of(limit, streams, wish), others)
                                : Verdict::unknown;
        if (one == Verdict::full) full_ = static_cast<std::uint16_t>(full_ | bit);
        const bool worse = verdict_ == Verdict::unknown || one > verdict_;
        if (one != Verdict::unknown && worse) verdict_ = one;
        bit <<= 1;
    }
}

bool Outlook::is_in_the_way(const cm::RunningStream& stream) const {
    unsigned full = full_;
    for (const LearntLimit& limit : limits_) {
        if ((full & 1) != 0 && limit.counts(stream, wish_)) return true;
        full >>= 1;
    }
    return false;
}

}  // namespace cmagent::core
