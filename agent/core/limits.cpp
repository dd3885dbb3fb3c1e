#include "agent/core/limits.h"

#include <algorithm>

#include "agent/cm/distinct.h"
#include "agent/json/one_line.h"

namespace cmagent::core {
namespace {

using json::String;

constexpr std::string_view kChannel = "channel";

// The metadata whose values are told apart, where CM has not named the attribute.
std::string_view attribute_of(const LearntLimit& limit) {
    if (!limit.attribute.empty()) return limit.attribute.view();
    return limit.counted == cm::Counted::channels ? kChannel : std::string_view("deviceId");
}

String value_in(const cm::RunningStream& stream, std::string_view name) {
    if (name == kChannel) return stream.channel;
    return json::GetStringValue(json::GetObjectItemCaseSensitive(stream.metadata, name));
}

bool has_value(const String& value, std::string_view plain) {
    return value && plain.data() != nullptr && value.equals(plain);
}

// What CM has named; false: too long a name to be kept.
bool take_name(const String& name, AnyText into) {
    return !name || json::read_name(name, into);
}

// A rule as CM has just stated it.
bool read(const cm::Advice& advice, const cm::Limit& stated, LearntLimit& into) {
    into.used = true;
    into.counted = stated.counted;
    into.of_channel = stated.of_channel;
    if (stated.complete) into.at_least = into.at_most = stated.number;
    return take_name(advice.rule, into.rule) && take_name(advice.attribute, into.attribute);
}

void raise(LearntLimit& limit, std::size_t proved, std::int64_t wall_ms) {
    if (proved < limit.at_least) return;
    limit.at_least = static_cast<std::uint8_t>(std::min<std::size_t>(proved, UINT8_MAX));
    if (limit.at_most < limit.at_least) limit.at_most = 0;
    limit.seen_wall_ms = wall_ms;
}

}  // namespace

bool LearntLimit::applies_to(const StreamRequest& wish) const {
    return wish.application == application && (!of_channel || wish.metadata.has(kChannel));
}

bool LearntLimit::counts(const cm::RunningStream& stream, const StreamRequest& wish) const {
    if (of_channel && !has_value(stream.channel, wish.metadata.get(kChannel))) return false;
    return of_streams() || value_in(stream, attribute_of(*this));
}

Usage usage_of(const LearntLimit& limit, const cm::RunningStreams& streams,
               const StreamRequest& wish, std::string_view but) {
    const std::string_view attribute = attribute_of(limit);
    const std::string_view own = wish.metadata.get(attribute);
    cm::Distinct values;
    Usage usage;
    for (const cm::RunningStream& stream : streams) {
        if (!limit.counts(stream, wish) || has_value(stream.session_id, but)) continue;
        if (usage.listed == cm::kMaxConflicts) break;
        if (limit.of_streams()) {
            ++usage.listed;
            continue;
        }
        const String value = value_in(stream, attribute);
        if (has_value(value, own)) usage.adds = 0;
        values.add(value);
        usage.listed = values.size();
    }
    return usage;
}

void Limits::learn_refusal(std::uint8_t application, const cm::Evaluation& evaluation,
                           bool displaced, std::int64_t wall_ms) {
    for (const cm::Advice& advice : evaluation.advice()) {
        if (advice.kind != cm::AdviceKind::rule_violation) continue;
        const cm::Limit stated = cm::limit_of(advice);
        LearntLimit shown;
        shown.application = application;
        shown.displaces = displaced;
        shown.seen_wall_ms = wall_ms;
        if (!read(advice, stated, shown)) continue;
        LearntLimit* known = find(shown);
        if (known == nullptr && (stated.complete || displaced)) known = &place_for(shown);
        if (known == nullptr) continue;
        known->displaces = displaced;
        if (stated.complete || !known->used) *known = shown;
    }
}

void Limits::learn_grant(const StreamRequest& stream, const cm::RunningStreams& streams,
                         std::string_view granted, std::int64_t wall_ms) {
    if (displaces(stream.application, wall_ms)) return;  // the place may be another's
    bool measured = false;
    for (LearntLimit& limit : limits_) {
        if (!limit.holds(wall_ms) || !limit.applies_to(stream)) continue;
        const Usage usage = usage_of(limit, streams, stream, granted);
        raise(limit, usage.listed + usage.adds, wall_ms);
        measured = measured || limit.counted == cm::Counted::streams;
    }
    LearntLimit unnamed;
    unnamed.used = true;
    unnamed.application = stream.application;
    unnamed.counted = cm::Counted::streams;
    const Usage usage = usage_of(unnamed, streams, stream, granted);
    if (measured || usage.listed == 0) return;  // that one stream may be watched is no news
    raise(unnamed, usage.listed + usage.adds, wall_ms);
    place(wall_ms) = unnamed;
}

bool Limits::displaces(std::uint8_t application, std::int64_t wall_ms) const {
    for (const LearntLimit& limit : limits_) {
        if (limit.holds(wall_ms) && limit.application == application && limit.displaces)
            return true;
    }
    return false;
}

LearntLimit* Limits::find(const LearntLimit& like) {
    for (LearntLimit& limit : limits_) {
        if (limit.used && limit.application == like.application &&
            limit.of_channel == like.of_channel && limit.rule == like.rule &&
            limit.attribute == like.attribute)
            return &limit;
    }
    return nullptr;
}

// A limit on streams that CM had not named when it granted some gets its name now.
LearntLimit& Limits::place_for(const LearntLimit& shown) {
    LearntLimit unnamed;
    unnamed.application = shown.application;
    LearntLimit* const known = shown.counted == cm::Counted::streams ? find(unnamed) : nullptr;
    LearntLimit& place = known != nullptr ? *known : this->place(shown.seen_wall_ms);
    place.used = false;
    return place;
}

// A place that is free or of a limit that is too old; else that of the one which was proved longest
// ago.
LearntLimit& Limits::place(std::int64_t wall_ms) {
    LearntLimit* best = limits_;
    for (LearntLimit& limit : limits_) {
        if (!limit.holds(wall_ms)) return limit;
        if (limit.seen_wall_ms < best->seen_wall_ms) best = &limit;
    }
    return *best;
}

}  // namespace cmagent::core
