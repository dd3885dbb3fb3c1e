#include "agent/cm/limit.h"

#include <string_view>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/names.h"
#include "agent/base/packed.h"
#include "agent/base/text.h"
#include "agent/cm/distinct.h"
#include "agent/cm/members.h"

namespace cmagent::cm {
namespace {

using json::String;

// More than this is no limit of a household, but the number of something else in a rule's name.
constexpr int kMaxLimit = 99;
// Of an attribute or a rule's name. What is longer is not looked into.
constexpr std::size_t kMaxTerm = 128;

// --- what the rule counts ---

constexpr Named<Counted> kCountedRows[] = {
    {Counted::nothing, "nothing"},
    {Counted::streams, "streams"},
    {Counted::devices, "devices"},
    {Counted::channels, "channels"},
    {Counted::streams_of_channel, "streams-of-channel"},
    {Counted::devices_of_channel, "devices-of-channel"},
};
constexpr auto kCounted = names_of<kCountedRows>();

// The attribute in lower case, or the rule's name where CM tells no attribute. The first word that
// is part of it says what is counted.
struct Word {
    std::string_view word;
    Counted counted;
};
constexpr Word kWords[] = {
    {"devicetype", Counted::nothing}, {"devicemodel", Counted::nothing},
    {"device", Counted::devices},     {"appareil", Counted::devices},
    {"channel", Counted::channels},   {"chaîne", Counted::channels},
    {"streamid", Counted::streams},   {"sessionid", Counted::streams},
};
constexpr auto kWordTexts = pack<kWords, &Word::word>();
constexpr auto kWordCounts = column<kWords, &Word::counted>();

// "2 per channel" speaks of each by itself, "2 channels" does not.
constexpr char kChannels[] = "channels\0chaînes";

// Of a scope: one household has one of each, so that they narrow nothing; and the channel, which is
// told by itself.
constexpr char kWide[] = "channel\0idp\0mvpd\0subject";

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
    for (std::size_t i = 0; i < std::size(kWords); ++i) {
        if (has(term, kWordTexts[i])) return kWordCounts[i];
    }
    return otherwise;
}

bool speaks_of_one_channel(std::string_view rule) {
    for (std::size_t i = 0; i < count_words(kChannels); ++i) {
        const std::string_view several = nth_word(kChannels, i);
        if (has(rule, slice(several, 0, several.size() - 1)) && !has(rule, several)) return true;
    }
    return false;
}

Counted within_channel(Counted counted) {
    if (counted == Counted::nothing) return counted;
    return counted == Counted::devices ? Counted::devices_of_channel : Counted::streams_of_channel;
}

// Whether the scope is narrower than the household, and not the channel's.
bool is_narrower(const Words& scope) {
    for (const String word : scope) {
        bool wide = false;
        for (std::size_t i = 0; i < count_words(kWide); ++i)
            wide = wide || word.equals(nth_word(kWide, i));
        if (!wide) return true;
    }
    return false;
}

// --- the numbers ---

// CM states none, or one that is no limit, nor one more than a limit: the newcomer may be counted.
constexpr int kNone = -1;

int read_digits(std::string_view digits) {
    const auto number = read_decimal(digits, kMaxLimit + 1);
    return number ? static_cast<int>(*number) : kNone;
}

// A number, or a text that is one. Some services write 3 as 3.0.
int read_number(json::Item item) {
    std::string_view fraction = item.raw();
    const std::string_view whole = take_until(fraction, '.');
    const bool even = all_of(fraction, [](char c) { return c == '0'; });
    return even ? read_digits(whole) : kNone;
}

// 0: it can be no limit.
int limit_in(int number) {
    return number > 0 && number <= kMaxLimit ? number : 0;
}

// The one number in a rule's name: "3 streams cap".
int number_in(std::string_view rule) {
    int found = 0;
    while (!rule.empty()) {
        std::size_t digits = 0;
        while (digits < rule.size() && is_digit(rule[digits])) ++digits;
        const int number = limit_in(read_digits(slice(rule, 0, digits)));
        if (number != 0 && found != 0) return 0;
        found += number;
        rule.remove_prefix(digits == 0 ? 1 : digits);
    }
    return found;
}

// The value that the rule counts this session for; none: CM does not tell.
String value_of(const ConflictingSession& conflict, const Term& attribute, bool streams) {
    if (is_usable(conflict.value)) return conflict.value;
    if (!streams) return json::GetStringValue(GetObjectItem(conflict.metadata, attribute.view()));
    return conflict.session_id ? conflict.session_id : conflict.termination_code;
}

// How many values of the attribute are listed; 0: some are not, or it is not told which.
int listed_values(const Advice& violation, const Term& attribute, bool streams) {
    Distinct values;
    for (const ConflictingSession& conflict : violation.conflicts) {
        const String value = value_of(conflict, attribute, streams);
        if (!value) return 0;
        values.add(value);
    }
    return violation.more_conflicts == 0 ? static_cast<int>(values.size()) : 0;
}

// The limit where two of CM's statements agree on it: published ones are off by one.
int agreed(int threshold, int named, int current, int listed) {
    if (threshold != 0 && named != 0) return threshold == named ? threshold : 0;
    const int limit = threshold + named;
    // The newcomer is counted, or is not.
    return current == limit || current == limit + 1 || listed == limit ? limit : 0;
}

}  // namespace

std::string_view name(Counted counted) {
    return kCounted[counted];
}

Limit limit_of(const Advice& violation) {
    const Term attribute = lower(violation.attribute);
    const Term rule = lower(violation.rule);
    const int threshold = read_number(violation.threshold);
    const bool counts = violation.attribute || violation.threshold || violation.current ||
                        !violation.conflicts.empty();
    if (!counts || threshold == 0) return {};

    const bool unsaid = !violation.attribute;
    Limit limit;
    limit.counted = counted_by(unsaid ? rule.view() : attribute.view(),
                               unsaid ? Counted::streams : Counted::nothing);
    limit.of_channel =
        violation.scope.contains("channel") || (unsaid && speaks_of_one_channel(rule.view()));
    if (limit.of_channel) limit.counted = within_channel(limit.counted);
    if (is_narrower(violation.scope)) return limit;
    const bool streams =
        limit.counted == Counted::streams || limit.counted == Counted::streams_of_channel;
    const int listed = listed_values(violation, attribute, streams);
    limit.number = static_cast<std::uint8_t>(agreed(limit_in(threshold), number_in(rule.view()),
                                                    read_number(violation.current), listed));
    limit.complete = limit.number != 0 && limit.number == listed;
    return limit;
}

}  // namespace cmagent::cm
