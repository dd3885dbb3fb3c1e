#include "agent/cm/members.h"

#include <cstring>
#include <iterator>
#include <string_view>

#include "agent/base/characters.h"
#include "agent/base/names.h"
#include "agent/base/packed.h"
#include "agent/cm/request.h"

namespace cmagent::cm {
namespace {

using json::GetStringValue;
using json::Item;
using json::String;

constexpr Named<Member> kList[] = {
    {Member::action, "action"},
    {Member::advice_type, "adviceType"},
    {Member::application_id, "applicationId"},
    {Member::application_name, "applicationName"},
    {Member::arguments, "arguments"},
    {Member::associated_advice, "associatedAdvice"},
    {Member::attribute, "attribute"},
    {Member::attributes, "attributes"},
    {Member::channel, "channel"},
    {Member::conflicts, "conflicts"},
    {Member::current, "current"},
    {Member::device_name, "deviceName"},
    {Member::evaluation_result, "evaluationResult"},
    {Member::message, "message"},
    {Member::metadata, "metadata"},
    {Member::name_space, "namespace"},
    {Member::obligations, "obligations"},
    {Member::other_streams, "otherStreams"},
    {Member::policy_name, "policyName"},
    {Member::reason, "reason"},
    {Member::rule, "rule"},
    {Member::rule_name, "ruleName"},
    {Member::running_streams, "runningStreams"},
    {Member::scope, "scope"},
    {Member::session_id, "sessionId"},
    {Member::start_time, "startTime"},
    {Member::started_at, "startedAt"},
    {Member::terminated_by, "terminatedBy"},
    {Member::terminator, "terminator"},
    {Member::threshold, "threshold"},
    {Member::type, "type"},
};
static_assert(lists_all(kList, &Named<Member>::value));
constexpr auto kNames = pack<kList, &Named<Member>::name>();
constexpr std::size_t kShortestName = 4;
constexpr std::size_t kLongestName = 16;

// A perfect hash: the factors are such that no two names share a slot.
constexpr std::size_t kSlots = 128;
constexpr std::size_t slot_of(std::string_view name) {
    const std::size_t first = static_cast<unsigned char>(name.front());
    const std::size_t last = static_cast<unsigned char>(name.back());
    return (name.size() + 6 * first + 22 * last) % kSlots;
}

struct Slots {
    std::uint8_t member[kSlots] = {};  // the only one that its name may be; any where there is none
    bool collision = false;
};
constexpr Slots fill_slots() {
    Slots slots;
    bool taken[kSlots] = {};
    for (const Named<Member>& row : kList) {
        const std::size_t slot = slot_of(row.name);
        slots.collision = slots.collision || taken[slot];
        taken[slot] = true;
        slots.member[slot] = static_cast<std::uint8_t>(row.value);
    }
    return slots;
}
constexpr Slots kSlotTable = fill_slots();
static_assert(!kSlotTable.collision, "a new name needs other factors in slot_of()");

// Of kShortestName bytes or more: memcmp() were a call for a few bytes. The last word may overlap the
// one before it.
bool same(std::string_view a, std::string_view b) {
    const auto word = [](const char* at) {
        std::uint32_t bytes = 0;
        std::memcpy(&bytes, at, sizeof bytes);
        return bytes;
    };
    constexpr std::size_t kWord = sizeof(std::uint32_t);
    static_assert(kShortestName >= kWord);
    if (a.size() != b.size()) return false;
    const std::size_t last = a.size() - kWord;
    for (std::size_t at = 0; at < last; at += kWord) {
        if (word(a.data() + at) != word(b.data() + at)) return false;
    }
    return word(a.data() + last) == word(b.data() + last);
}

// The number of the member that goes by this name; kMembers where the agent knows none.
std::size_t find(std::string_view name) {
    if (name.size() < kShortestName || name.size() > kLongestName) return kMembers;
    const std::size_t number = kSlotTable.member[slot_of(name)];
    return same(name, kNames[number]) ? number : kMembers;
}

[[gnu::noinline]] std::size_t find_escaped(const String& name) {
    char bytes[kLongestName];
    const auto plain = unescape(name, bytes);
    return plain ? find(*plain) : kMembers;
}

std::size_t find(const String& name) {
    const std::size_t found = find(name.raw());
    // The names consist of letters, and the one escape of a letter is \u0061.
    const bool may_be_escaped = name.raw().size() >= kShortestName - 1 + 6;
    if (found != kMembers || !may_be_escaped || !name.escaped()) return found;
    return find_escaped(name);
}

template <class Usable>
Item find(const Members& members, Fields::Spellings names, Usable usable) {
    for (const Member name : names) {
        const Item item = members[name];
        if (item && usable(item)) return item;
    }
    return {};
}

template <class Usable>
Item find(const Members& own, const Members& inner, Fields::Spellings names, Usable usable) {
    const Item item = find(own, names, usable);
    return item ? item : find(inner, names, usable);
}

bool is_text(Item item) {
    return is_usable(GetStringValue(item));
}

bool is_text_or_number(Item item) {
    return is_text(item) || json::IsNumber(item);
}

bool is_list(Item item) {
    return json::IsArray(item) || json::IsObject(item);
}

bool has_words(Item item) {
    return !Words(item).empty();
}

bool is_code(std::string_view text) {
    return text.size() <= kMaxCode && all_of(text, is_code_character);
}

[[gnu::noinline]] bool is_escaped_code(const String& text) {
    char bytes[kMaxCode];
    const auto plain = unescape(text, bytes);
    return plain && is_code(*plain);
}

bool is_code(Item item) {
    if (!is_text(item)) return false;
    const String text = GetStringValue(item);
    return text.escaped() ? is_escaped_code(text) : is_code(text.raw());
}

}  // namespace

Members::Members(Item object) : object_(object) {
    if (!json::IsObject(object)) return;
    for (const Item member : json::ArrayForEach(object)) {
        const std::size_t known = find(member.name());
        if (known == kMembers || numbers_[known] != 0) continue;
        numbers_[known] = static_cast<std::uint16_t>(member.number_from(object));
    }
}

Item Members::operator[](Member member) const {
    const std::uint16_t number = numbers_[static_cast<std::size_t>(member)];
    return number == 0 ? Item() : object_.at(number);
}

bool is_usable(const String& text) {
    if (text.raw().empty()) return false;
    // Nearly no text begins like the placeholder, or with an escape.
    const char first = text.raw().front();
    return (first != 'U' && first != '\\') || !text.equals("Unknown");
}

String Fields::text(Spellings names) const {
    return GetStringValue(find(own_, inner_, names, is_text));
}

String Fields::own_text(Spellings names) const {
    return GetStringValue(find(own_, names, is_text));
}

Item Fields::text_or_number(Spellings names) const {
    return find(own_, inner_, names, is_text_or_number);
}

Item Fields::list(Spellings names) const {
    return find(own_, inner_, names, is_list);
}

Words Fields::words(Spellings names) const {
    return Words(find(own_, inner_, names, has_words));
}

Item find_code(Item session) {
    // The second name is the older one.
    for (const std::string_view name : {"terminationCode", "terminate"}) {
        const Item code = json::GetObjectItemCaseSensitive(session, name);
        if (is_code(code)) return code;
    }
    return {};
}

}  // namespace cmagent::cm
