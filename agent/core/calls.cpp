#include "agent/core/calls.h"

#include "agent/base/text_writer.h"

namespace cmagent::core {
namespace {

using M = cm::Meaning;
using R = CallResult;

constexpr Named<CallResult> kResultRows[] = {
    {R::accepted, "accepted"},       {R::denied, "denied"},   {R::refused, "refused"},
    {R::unreachable, "unreachable"}, {R::unknown, "unknown"},
};
constexpr auto kResults = names_of<kResultRows>();

// `fails`: for a reason that somebody can mend. A start that lacks metadata is made again with them.
struct MeaningRow {
    M meaning;
    R result;
    bool fails;
};
constexpr MeaningRow kMeanings[] = {
    {M::granted, R::accepted, false},         {M::listed, R::accepted, false},
    {M::conflict, R::denied, false},          {M::terminated, R::denied, false},
    {M::revoked, R::denied, false},           {M::vanished, R::denied, false},
    {M::throttled, R::refused, true},         {M::incomplete, R::refused, false},
    {M::invalid, R::refused, true},           {M::unauthorized, R::refused, true},
    {M::unreachable, R::unreachable, true},   {M::unclear, R::unknown, true},
    {M::not_cm, R::unreachable, true},        {M::insecure, R::unreachable, true},
    {M::clock_not_set, R::unreachable, true}, {M::busy, R::unreachable, false},
};
static_assert(lists_all(kMeanings, &MeaningRow::meaning));

constexpr std::string_view kOther = "other";

}  // namespace

std::string_view name(CallResult result) {
    return kResults[result];
}

void Calls::note(cm::Call asked, std::uint8_t application, const cm::Answer& answer, Time now,
                 std::int64_t wall_ms) {
    if (answer.meaning == M::busy) return;  // CM was not asked
    const MeaningRow& row = kMeanings[static_cast<std::size_t>(answer.meaning)];
    ++counts_[static_cast<std::size_t>(asked)][static_cast<std::size_t>(row.result)];
    if (!row.fails) return;
    const std::string_view reason =
        answer.reason.empty() ? cm::meaning_name(answer.meaning) : answer.reason;
    const bool again = failure_.reason == reason && failure_.application == application;
    failure_.count = again ? failure_.count + 1 : 1;
    failure_.application = application;
    // What an app is told of it, too, once it is known that nothing has started.
    failure_.meaning = answer.meaning == M::unclear ? answer.otherwise : answer.meaning;
    failure_.status = answer.status;
    failure_.reason = reason;
    failure_.at = now;
    failure_.wall_ms = wall_ms;
    assign_cut(failure_.detail, answer.detail);
    count_reason(reason);
}

void Calls::count_reason(std::string_view reason) {
    std::size_t place = 0;
    while (place < used_ && reasons_[place].reason != reason) ++place;
    if (place == kReasons) --place;
    used_ += place == used_ ? 1 : 0;
    reasons_[place].reason = place == kReasons - 1 ? kOther : reason;
    ++reasons_[place].count;
}

}  // namespace cmagent::core
