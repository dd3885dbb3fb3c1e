#include "agent/core/history.h"

#include "agent/base/decimal.h"
#include "agent/base/names.h"
#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"
#include "agent/cm/date_time.h"

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
            const std::size_t control = unprintable_length(piece);
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

void write_if_known(json::Writer& out, const char* name, Known number) {
    if (number) out.key(name).number(number.value());
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

void write(json::Writer& out, const History::Entry& entry, const Settings& settings) {
    out.begin_object();
    out.key("id").number(entry.id);
    if (entry.wall_ms > 0) out.member("at", cm::write_rfc3339(entry.wall_ms));
    out.member("kind", name(entry.kind));
    out.member_if_any("application", settings.applications[entry.application].name);
    out.member_if_any("policy", entry.policy);
    out.member_if_any("rule", entry.rule);
    out.member_if_any("attribute", entry.attribute);
    write_if_known(out, "threshold", entry.threshold);
    if (entry.outcome != Outcome::none) {
        out.key("listed").number(entry.listed);
        out.key("attempt").number(entry.attempt);
        out.member("outcome", name(entry.outcome));
    }
    out.member_if_any("endReason", name(entry.end_reason));
    if (is_final(entry.playback)) out.member("playback", name(entry.playback));
    write_if_known(out, "heardToStopMs", entry.heard_to_stop_ms);
    write_if_known(out, "stopToVerifiedMs", entry.stop_to_verified_ms);
    out.end_object();
}

}  // namespace cmagent::core
