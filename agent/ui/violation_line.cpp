#include "agent/ui/violation_line.h"

#include <iterator>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/names.h"
#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"
#include "agent/cm/members.h"

namespace cmagent::ui {
namespace {

using json::String;

// More than this is no limit of a household, but the number of something else in a rule's name.
constexpr std::uint64_t kMaxLimit = 99;
// A sentence of CM that is longer than two lines of a screen is cut, and ends in "...".
constexpr std::size_t kMaxSentence = 512;
// Of an attribute or a rule's name. What is longer is not looked into.
constexpr std::size_t kMaxTerm = 128;

constexpr Named<ViolationKind> kKindRows[] = {
    {ViolationKind::streams, "streams"},
    {ViolationKind::devices, "devices"},
    {ViolationKind::channel, "channel"},
    {ViolationKind::other, "other"},
};
constexpr auto kKinds = names_of<kKindRows>();

// --- what the rule counts ---

enum class Counted : std::uint8_t {
    streams,
    devices,
    channels,
    streams_of_channel,
    devices_of_channel,
    nothing,
};

struct Sentences {
    Counted counted;
    ViolationKind kind;
    TextId with_number;
    TextId without;
};
constexpr Sentences kSentences[] = {
    {Counted::streams, ViolationKind::streams, TextId::at_most_streams, TextId::too_many_streams},
    {Counted::devices, ViolationKind::devices, TextId::at_most_devices, TextId::too_many_devices},
    {Counted::channels, ViolationKind::channel, TextId::at_most_channels,
     TextId::too_many_channels},
    {Counted::streams_of_channel, ViolationKind::channel, TextId::channel_streams,
     TextId::too_many_on_channel},
    {Counted::devices_of_channel, ViolationKind::channel, TextId::channel_devices,
     TextId::too_many_devices_on_channel},
    {Counted::nothing, ViolationKind::other, TextId::cannot_watch, TextId::cannot_watch},
};
static_assert(lists_all(kSentences, &Sentences::counted));

// The attribute in lower case, or the rule's name where CM tells no attribute. The first word that
// is part of it says what is counted.
constexpr struct {
    std::string_view word;
    Counted counted;
} kWords[] = {
    {"devicetype", Counted::nothing}, {"devicemodel", Counted::nothing},
    {"device", Counted::devices},     {"appareil", Counted::devices},
    {"channel", Counted::channels},   {"chaîne", Counted::channels},
    {"streamid", Counted::streams},   {"sessionid", Counted::streams},
};

// Of a scope: one household has one of each, so that they narrow nothing.
constexpr std::string_view kOfHousehold[] = {"idp", "mvpd", "subject"};

using Term = Text<kMaxTerm>;

// In lower case; empty where there is no text, or a longer one.
Term lower(const String& text) {
    Term term;
    if (!unescape(text, term)) return {};
    const AnyText letters(term);
    for (std::size_t i = 0; i < term.view().size(); ++i) {
        letters.bytes()[i] = to_lower(letters.bytes()[i]);
    }
    return term;
}

bool has(std::string_view text, std::string_view word) {
    return text.find(word) != std::string_view::npos;
}

Counted counted_by(std::string_view term, Counted otherwise) {
    for (const auto& row : kWords) {
        if (has(term, row.word)) return row.counted;
    }
    return otherwise;
}

// "2 per channel", not "2 channels".
bool speaks_of_one_channel(std::string_view rule) {
    return (has(rule, "channel") && !has(rule, "channels")) ||
           (has(rule, "chaîne") && !has(rule, "chaînes"));
}

Counted within_channel(Counted counted) {
    if (counted == Counted::nothing) return counted;
    return counted == Counted::devices ? Counted::devices_of_channel : Counted::streams_of_channel;
}

// Whether the scope is narrower than the household, and not the channel's.
bool is_narrower(const cm::Words& scope) {
    for (const String word : scope) {
        bool wide = word.equals("channel");
        for (const std::string_view name : kOfHousehold) wide = wide || word.equals(name);
        if (!wide) return true;
    }
    return false;
}

// --- the numbers ---

// 0: CM states none that can be a limit.
using Limit = std::uint64_t;

// A number, or a text that is one. Some services write 3 as 3.0.
std::optional<std::uint64_t> read_number(json::Item item) {
    std::string_view fraction = item.raw();
    const std::string_view whole = take_until(fraction, '.');
    const bool even = all_of(fraction, [](char c) { return c == '0'; });
    return even ? read_decimal(whole) : std::nullopt;
}

Limit limit_in(std::optional<std::uint64_t> number) {
    return number.value_or(0) <= kMaxLimit ? number.value_or(0) : 0;
}

// The one number in a rule's name: "3 streams cap".
Limit number_in(std::string_view rule) {
    Limit found = 0;
    while (!rule.empty()) {
        std::size_t digits = 0;
        while (digits < rule.size() && is_digit(rule[digits])) ++digits;
        const Limit number = limit_in(read_decimal(slice(rule, 0, digits)));
        if (number != 0 && found != 0) return 0;
        found += number;
        rule.remove_prefix(digits == 0 ? 1 : digits);
    }
    return found;
}

// The value that the rule counts this session for; none: CM does not tell.
String value_of(const cm::ConflictingSession& conflict, const Term& attribute, bool streams) {
    if (cm::is_usable(conflict.value)) return conflict.value;
    if (!streams) return json::GetStringValue(GetObjectItem(conflict.metadata, attribute.view()));
    return conflict.session_id ? conflict.session_id : conflict.termination_code;
}

// How many values of the attribute are listed; 0: some are not, or it is not told which.
std::uint64_t listed_values(const cm::Advice& violation, const Term& attribute, bool streams) {
    String seen[cm::kMaxConflicts];
    std::size_t count = 0;
    for (const cm::ConflictingSession& conflict : violation.conflicts) {
        const String value = value_of(conflict, attribute, streams);
        if (!value) return 0;
        std::size_t i = 0;
        while (i < count && !seen[i].equals(value)) ++i;
        seen[i] = value;
        count = i < count ? count : i + 1;
    }
    return violation.more_conflicts == 0 ? count : 0;
}

// The limit where two of CM's statements agree on it: published ones are off by one.
Limit agreed(Limit threshold, Limit named, std::uint64_t current, std::uint64_t listed) {
    if (threshold != 0 && named != 0) return threshold == named ? threshold : 0;
    const Limit limit = threshold + named;
    // The newcomer is counted, or is not.
    return current == limit || current == limit + 1 || listed == limit ? limit : 0;
}

// --- what the viewer reads ---

struct Reading {
    Counted counted = Counted::nothing;
    Limit limit = 0;  // 0: not known for certain
};

Reading read(const cm::Advice& violation) {
    const Term attribute = lower(violation.attribute);
    const Term rule = lower(violation.rule);
    const auto threshold = read_number(violation.threshold);
    const bool counts = violation.attribute || violation.threshold || violation.current ||
                        !violation.conflicts.empty();
    // A rule that counts nothing, or allows none at all, is not about how many are watching.
    if (!counts || threshold == 0U) return {};

    const bool unsaid = !violation.attribute;
    Reading reading;
    reading.counted = counted_by(unsaid ? rule.view() : attribute.view(),
                                 unsaid ? Counted::streams : Counted::nothing);
    const bool streams = reading.counted == Counted::streams;
    const bool of_channel =
        violation.scope.contains("channel") || (unsaid && speaks_of_one_channel(rule.view()));
    if (of_channel) reading.counted = within_channel(reading.counted);
    if (is_narrower(violation.scope)) return reading;
    reading.limit = agreed(limit_in(threshold), number_in(rule.view()),
                           read_number(violation.current).value_or(0),
                           listed_values(violation, attribute, streams));
    return reading;
}

// CM's sentence without control characters, line breaks and needless blanks.
ComposedText cleaned(const String& message) {
    char bytes[kMaxSentence];
    TextWriter out(bytes, WhenFull::mark);
    bool gap = false;
    bool begun = false;
    json::Pieces pieces(message);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        while (!piece.empty()) {
            const std::size_t control = piece.front() == ' ' ? 1 : control_length(piece);
            gap = gap || control > 0;
            if (control == 0) {
                out << (gap && begun ? " " : "") << piece.front();
                gap = false;
                begun = true;
            }
            piece.remove_prefix(control == 0 ? 1 : control);
        }
    }
    ComposedText text;
    (void)text.assign(out.view());
    return text;
}

ComposedText words_of_cm(const String& message, const Wording& wording) {
    return wording.cm_messages == CmMessages::never ? ComposedText() : cleaned(message);
}

}  // namespace

std::string_view name(ViolationKind kind) {
    return kKinds[kind];
}

ViolationLine line_of(const cm::Advice& advice, const Wording& wording) {
    const Reading reading = read(advice);
    const Sentences& ours = kSentences[static_cast<std::size_t>(reading.counted)];
    const bool prefer = wording.cm_messages == CmMessages::prefer;
    ViolationLine line;
    line.kind = ours.kind;
    if (prefer || reading.counted == Counted::nothing) {
        line.text = words_of_cm(advice.message, wording);
        line.telling = prefer ? Telling::preferred : Telling::words;
        if (!line.text.empty()) return line;
    }
    TextValues values;
    values.n = static_cast<std::int64_t>(reading.limit);
    line.text =
        compose(wording.language, reading.limit > 0 ? ours.with_number : ours.without, values);
    line.telling = reading.limit > 0                     ? Telling::number
                   : reading.counted != Counted::nothing ? Telling::words
                                                         : Telling::nothing;
    return line;
}

bool is_shown(const cm::Advice& advice) {
    return advice.kind == cm::AdviceKind::rule_violation ||
           (advice.kind == cm::AdviceKind::other && advice.message);
}

ComposedText line_of(const cm::Evaluation& evaluation, const Wording& wording) {
    ViolationLine most;
    for (const cm::Advice& advice : evaluation.advice()) {
        if (!is_shown(advice)) continue;
        const ViolationLine line = line_of(advice, wording);
        if (most.text.empty() || line.telling > most.telling) most = line;
    }
    if (!most.text.empty()) return most.text;
    return compose(wording.language, TextId::cannot_watch);
}

}  // namespace cmagent::ui
