#include "agent/cm/advice.h"

#include <cstring>

#include "agent/cm/members.h"

namespace cmagent::cm {
namespace {

using json::ArrayForEach;
using json::GetStringValue;
using json::IsArray;
using json::IsNumber;
using json::IsObject;
using json::IsString;
using json::Item;
using json::String;
using M = Member;

// Calls back for the object, or for each object of the array, that `item` is.
template <class Callback>
void each_object(Item item, Callback callback) {
    if (IsObject(item)) callback(item);
    if (!IsArray(item)) return;
    for (const Item element : ArrayForEach(item)) {
        if (IsObject(element)) callback(element);
    }
}

AdviceKind kind_by_members(const Fields& advice) {
    if (advice.text({M::policy_name, M::rule_name, M::rule})) return AdviceKind::rule_violation;
    if (advice.list({M::conflicts})) return AdviceKind::rule_violation;
    if (advice.list({M::terminator})) return AdviceKind::remote_termination;
    if (advice.text({M::terminated_by})) return AdviceKind::remote_termination;
    return AdviceKind::other;
}

String type_of(const Fields& advice) {
    return advice.text({M::type, M::advice_type});
}

AdviceKind kind_of(const Fields& advice) {
    const String type = type_of(advice);
    if (type.equals("rule-violation")) return AdviceKind::rule_violation;
    if (type.equals("remote-termination")) return AdviceKind::remote_termination;
    return kind_by_members(advice);
}

// Advice with nothing in it that anybody could read is none.
bool says_something(const Fields& advice) {
    return kind_of(advice) != AdviceKind::other || type_of(advice) ||
           advice.text({M::message, M::reason});
}

// A note is copied into the bytes of a token, whose own members mean nothing then.
template <class Note>
void write(json::Token& token, const Note& note) {
    static_assert(sizeof note <= sizeof token);
    std::memcpy(&token, &note, sizeof note);
}
template <class Note>
Note read(const json::Token& token) {
    Note note;
    std::memcpy(&note, &token, sizeof note);
    return note;
}

std::uint8_t sum_of(std::string_view text, std::uint8_t sum) {
    for (const char c : text) sum = static_cast<std::uint8_t>(sum * 31 + c);
    return sum;
}
[[gnu::noinline]] std::uint8_t sum_of_escaped(String text) {
    std::uint8_t sum = 0;
    json::Pieces pieces(text);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        sum = sum_of(piece, sum);
    }
    return sum;
}
std::uint8_t sum_of(const String& text) {
    return text.escaped() ? sum_of_escaped(text) : sum_of(text.raw(), 0);
}

// The results of the next two functions are all that is kept while the objects within are read: the
// functions' own stack is free again by then.
struct Envelope {
    bool is_advice;
    Item advice;
    Item obligations;
    Item result;
};
[[gnu::noinline]] Envelope read_envelope(Item object) {
    const Fields fields(object, M::attributes);
    return {kind_of(fields) != AdviceKind::other, fields.own()[M::associated_advice],
            fields.own()[M::obligations], fields.own()[M::evaluation_result]};
}

struct Rule {
    bool told;
    AdviceKind kind;
    bool values_are_sessions;
    Item conflicts;
};
[[gnu::noinline]] Rule read_rule(Item advice) {
    const Fields fields(advice, M::attributes);
    const String attribute = fields.text({M::attribute});
    return {says_something(fields), kind_of(fields), !attribute || attribute.equals("streamId"),
            fields.list({M::conflicts})};
}

Item object_in(const Fields& fields, Member member) {
    const Item item = fields.own()[member];
    return IsObject(item) ? item : Item();
}

// Reads all members but the conflicts. Returns the object that describes the terminator.
[[gnu::noinline]] Item read_members(Item object, Advice& advice) {
    const Fields fields(object, M::attributes);
    advice.type = type_of(fields);
    advice.message = fields.text({M::message, M::reason});
    if (advice.kind == AdviceKind::remote_termination) {
        advice.terminator.session_id = fields.text({M::terminated_by});
        return fields.list({M::terminator});
    }
    if (advice.kind == AdviceKind::other) {
        advice.attributes = object_in(fields, M::attributes);
        return {};
    }
    advice.policy = fields.text({M::policy_name});
    advice.rule = fields.text({M::rule_name, M::rule});
    advice.attribute = fields.text({M::attribute});
    advice.threshold = fields.text_or_number({M::threshold});
    advice.current = fields.text_or_number({M::current});
    advice.scope = fields.words({M::scope});
    return {};
}

[[gnu::noinline]] void read_terminator(Item object, RemoteTerminator& terminator) {
    const Fields fields(object, M::metadata);
    terminator.device_name = fields.text({M::device_name});
    terminator.application_name = fields.text({M::application_name});
    terminator.channel = fields.text({M::channel});
    terminator.started_at = fields.text({M::started_at});
    const String session = fields.text({M::session_id});
    if (session) terminator.session_id = session;
}

// The guide dialect has one message for all advice, outside the result.
[[gnu::noinline]] String read_error_message(Item root) {
    return Fields(json::GetObjectItemCaseSensitive(root, "error")).own_text({M::message});
}

// The guide dialect has an object `error`; others make it a text, or put its members beside it.
Fault read_fault(Item root) {
    const Item error = json::GetObjectItemCaseSensitive(root, "error");
    const Item place = IsObject(error) ? error : root;
    const Item code = json::GetObjectItemCaseSensitive(place, "code");
    return {GetStringValue(IsString(error) ? error : code),
            GetStringValue(json::GetObjectItemCaseSensitive(place, "message"))};
}

}  // namespace

Evaluation Evaluation::read(std::string_view body, json::Tokens tokens) {
    Evaluation evaluation;
    const std::size_t free = tokens.size > kNoteTokens ? tokens.size - kNoteTokens : 0;
    evaluation.parsed_ = json::parse(body, {tokens.data, free});
    evaluation.notes_ = tokens.data + free;
    each_object(evaluation.parsed_.root, [&evaluation](Item root) {
        const Item result = evaluation.add_envelope(root);
        each_object(result, [&evaluation](Item inner) { (void)evaluation.add_envelope(inner); });
    });
    return evaluation;
}

// Returns the result that the envelope holds, if it is the outer one. The remote termination of the
// guide dialect is published bare: the envelope itself is the advice.
Item Evaluation::add_envelope(Item object) {
    if (json::GetArraySize(object) == 0) return {};
    const Envelope envelope = read_envelope(object);
    if (envelope.is_advice) add_advice(object);
    each_object(envelope.advice, [this](Item advice) { add_advice(advice); });
    each_object(envelope.obligations, [this](Item obligation) { add_obligation(obligation); });
    return envelope.result;
}

void Evaluation::add_advice(Item object) {
    if (advice_count_ == kMaxAdvice || json::GetArraySize(object) == 0) return;
    const Rule rule = read_rule(object);
    if (!rule.told) return;
    AdviceNote note = {number_of(object), 0, rule.kind, rule.values_are_sessions,
                       conflict_count_,   0};
    if (rule.kind == AdviceKind::rule_violation) add_conflicts(note, rule.conflicts);
    write(advice_token(advice_count_++), note);
}

// A list of sessions, or a dictionary of such lists by the value of the attribute.
void Evaluation::add_conflicts(AdviceNote& advice, Item conflicts) {
    if (IsArray(conflicts)) {
        each_object(conflicts, [&](Item session) { add_conflict(advice, session, 0); });
        return;
    }
    for (const Item sessions : ArrayForEach(conflicts)) {
        const Number number = number_of(sessions);
        each_object(sessions, [&](Item session) { add_conflict(advice, session, number); });
    }
}

void Evaluation::add_conflict(AdviceNote& advice, Item object, Number sessions) {
    if (conflict_count_ == kMaxConflicts) {
        ++advice.more_conflicts;
        return;
    }
    const Item code = find_code(object);
    ConflictNote note = {number_of(object), sessions, 0, 0, false};
    if (code) add_code(note, code);
    write(conflict_token(conflict_count_++), note);
    ++advice.conflicts;
}

void Evaluation::add_code(ConflictNote& conflict, Item code) {
    conflict.code = number_of(code);
    conflict.code_sum = sum_of(code.string());
    const std::uint64_t sum = std::uint64_t{1} << conflict.code_sum % 64;
    conflict.repeated = (code_sums_ & sum) != 0 && is_repeated(conflict);
    code_sums_ |= sum;
}

void Evaluation::add_obligation(Item object) {
    if (obligation_count_ == kMaxObligations) return;
    if (json::GetArraySize(object) == 0) return;
    write(obligation_token(obligation_count_++), number_of(object));
}

template <>
Advice Evaluation::entry<Advice>(std::size_t number) const {
    const auto kept = cm::read<AdviceNote>(advice_token(number));
    Advice advice;
    advice.kind = kept.kind;
    const Item terminator = read_members(parsed_.root.at(kept.object), advice);
    if (terminator) read_terminator(terminator, advice.terminator);
    if (kept.kind == AdviceKind::remote_termination) return advice;
    if (!advice.message) advice.message = read_error_message(parsed_.root);
    advice.conflicts = {*this, kept.first_conflict, kept.conflicts};
    advice.more_conflicts = kept.more_conflicts;
    return advice;
}

template <>
ConflictingSession Evaluation::entry<ConflictingSession>(std::size_t number) const {
    const auto kept = cm::read<ConflictNote>(conflict_token(number));
    const Fields fields(parsed_.root.at(kept.object), M::metadata);
    const String value = value_of(kept);
    String session_id = fields.own_text({M::session_id});
    if (!session_id && values_are_sessions(number) && is_usable(value)) session_id = value;
    return {value,
            session_id,
            code_of(kept),
            fields.own_text({M::started_at}),
            fields.text({M::device_name}),
            fields.text({M::channel}),
            fields.text({M::application_name}),
            object_in(fields, M::metadata),
            kept.repeated};
}

template <>
Obligation Evaluation::entry<Obligation>(std::size_t number) const {
    const Item object = parsed_.root.at(cm::read<Number>(obligation_token(number)));
    const Fields fields(object, M::attributes);
    const Item id = json::GetObjectItemCaseSensitive(object, "id");
    const Item fulfill_on = json::GetObjectItemCaseSensitive(object, "fulfillOn");
    return {fields.text({M::name_space}), fields.text({M::action}),
            fields.words({M::arguments}), IsString(id) || IsNumber(id) ? id : Item(),
            GetStringValue(fulfill_on),   object_in(fields, M::attributes)};
}

Fault Evaluation::fault() const {
    Fault fault = read_fault(parsed_.root);
    for (const Advice& entry : advice()) {
        if (!is_usable(fault.message)) fault.message = entry.message;
    }
    return fault;
}

String Evaluation::value_of(const ConflictNote& conflict) const {
    return parsed_.root.at(conflict.sessions).name();
}

String Evaluation::code_of(const ConflictNote& conflict) const {
    return conflict.code == 0 ? String() : GetStringValue(parsed_.root.at(conflict.code));
}

// Whether the list that the conflict stands in is a dictionary with session ids for keys.
bool Evaluation::values_are_sessions(std::size_t conflict) const {
    for (std::size_t rule = 0;; ++rule) {
        const auto note = cm::read<AdviceNote>(advice_token(rule));
        const std::size_t end = std::size_t{note.first_conflict} + note.conflicts;
        if (conflict < end) return note.values_are_sessions;
    }
}

bool Evaluation::is_repeated(const ConflictNote& conflict) const {
    for (std::size_t i = 0; i < conflict_count_; ++i) {
        const auto earlier = cm::read<ConflictNote>(conflict_token(i));
        if (earlier.code_sum != conflict.code_sum) continue;
        if (code_of(earlier).equals(code_of(conflict))) return true;
    }
    return false;
}

bool Evaluation::terminated_remotely() const {
    for (std::size_t i = 0; i < advice_count_; ++i) {
        const auto note = cm::read<AdviceNote>(advice_token(i));
        if (note.kind == AdviceKind::remote_termination) return true;
    }
    return false;
}

bool Evaluation::demands(std::string_view name_space, std::string_view action,
                         std::string_view argument) const {
    for (const Obligation obligation : obligations()) {
        if (obligation.name_space.equals(name_space) && obligation.action.equals(action) &&
            (argument.empty() || obligation.arguments.contains(argument))) {
            return true;
        }
    }
    return false;
}

bool Evaluation::demands_logout() const {
    return demands("adobe.primetime.authentication", "logout", {});
}

bool Evaluation::demands_metadata_refresh() const {
    return demands("adobe.primetime.cm", "refresh", "metadata");
}

}  // namespace cmagent::cm
