#include "agent/core/history.h"

#include "agent/base/decimal.h"
#include "agent/base/names.h"
#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"

namespace cmagent::core {
namespace {

using O = Outcome;
constexpr Named<O> kOutcomeNames[] = {
    {O::none, ""},           {O::open, "open"},
    {O::chosen, "chosen"},   {O::waited, "waited"},
    {O::gave_up, "gave-up"}, {O::granted, "granted"},
    {O::expired, "expired"}, {O::taken_over, "taken-over"},
};
constexpr auto kOutcomes = names_of<kOutcomeNames>();

using K = History::Kind;
constexpr Named<K> kKindNames[] = {
    {K::denied, "denied"},       {K::terminated, "terminated"},
    {K::displaced, "displaced"}, {K::restarted, "re-started"},
    {K::on_credit, "on-credit"}, {K::stop_unconfirmed, "stop-unconfirmed"},
};
constexpr auto kKinds = names_of<kKindNames>();

// Keeps the beginning, up to a whole character.
void keep(const json::String& text, AnyText into) {
    TextWriter out({into.bytes(), into.capacity()}, WhenFull::cut);
    json::Pieces pieces(text);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        while (!piece.empty()) {
            const std::size_t control = control_length(piece);
            const std::size_t size = control > 0 ? control : sequence_length(piece);
            out << (control > 0 ? std::string_view("?") : slice(piece, 0, size));
            piece.remove_prefix(size);
        }
    }
    into.resize(out.view().size());
}

// A number, or a text that is one.
Known number_of(json::Item item) {
    const auto number =
        json::IsString(item) ? read_signed_decimal(item.raw()) : json::GetIntegerValue(item);
    return number.value_or(-1);
}

}  // namespace

std::string_view name(Outcome outcome) {
    return kOutcomes[outcome];
}

std::string_view name(History::Kind kind) {
    return kKinds[kind];
}

void History::Entry::note(const cm::Evaluation& evaluation) {
    cm::Advice first;
    for (const cm::Advice& advice : evaluation.advice()) {
        if (advice.kind != cm::AdviceKind::rule_violation) continue;
        if (first.kind != advice.kind || advice.rule) first = advice;
        if (first.rule) break;
    }
    keep(first.rule, rule);
    keep(first.policy, policy);
    keep(first.attribute, attribute);
    threshold = number_of(first.threshold);
    listed = static_cast<std::uint16_t>(first.conflicts.size() + first.more_conflicts);
}

History::Entry& History::take(std::uint32_t id, Kind kind) {
    Entry& entry = entries_[count_++ % kMaxEntries];
    entry = {};
    entry.id = last_ = id;
    entry.kind = kind;
    return entry;
}

History::Entry* History::find(std::uint32_t id) {
    for (std::size_t i = size(); i > 0; --i) {
        Entry& entry = entries_[(count_ - i) % kMaxEntries];
        if (entry.id == id) return &entry;
    }
    return nullptr;
}

}  // namespace cmagent::core
