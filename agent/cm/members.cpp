#include "agent/cm/members.h"

#include <cstring>
#include <iterator>
#include <string_view>

#include "agent/base/characters.h"
#include "agent/base/names.h"
#include "agent/base/packed.h"
#include "agent/cm/request.h"

namespace cmagent::cm {

bool is_usable(json::String text) {
    constexpr std::string_view kPlaceholder = "Unknown";
    if (text.escaped()) return !text.equals(kPlaceholder);
    return !text.raw().empty() && text.raw() != kPlaceholder;
}

namespace {

using json::GetStringValue;
using json::Item;
using json::String;

constexpr Named<Member> kList[] = {
    {Member::action, "action"},
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
    {Member::policy_name, "policyName"},
    {Member::reason, "reason"},
    {Member::rule_name, "ruleName"},
    {Member::rule, "rule"},
    {Member::scope, "scope"},
    {Member::session_id, "sessionId"},
    {Member::start_time, "startTime"},
    {Member::started_at, "startedAt"},
    {Member::terminated_by, "terminatedBy"},
    {Member::terminator, "terminator"},
    {Member::threshold, "threshold"},
    {Member::type, "type"},
    {Member::advice_type, "adviceType"},
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
[[gnu::always_inline]] inline std::size_t find(std::string_view name) {
    if (name.size() < kShortestName || name.size() > kLongestName) return kMembers;
    const std::size_t number = kSlotTable.member[slot_of(name)];
    return same(name, kNames[number]) ? number : kMembers;
}

// By value: what has an address lies on the stack.
[[gnu::noinline]] std::size_t find_escaped(String name) {
    char bytes[kLongestName + 1];  // what does not fit is longer, too
    const auto plain = unescape(name, bytes);
    return plain ? find(*plain) : kMembers;
}

std::size_t find(String name) {
    return name.escaped() ? find_escaped(name) : find(name.raw());
}

template <class Usable>
Item find(const Members& members, MemberSet spellings, Usable usable) {
    for (spellings.keep(members.known()); !spellings.empty();) {
        const Item item = members.known(spellings.take());
        if (usable(item)) return item;
    }
    return {};
}

template <class Usable>
Item find(const Members& own, const Members& inner, MemberSet spellings, Usable usable) {
    const Item item = find(own, spellings, usable);
    return item ? item : find(inner, spellings, usable);
}

bool is_text(Item item) {
    return is_usable(GetStringValue(item));
}

String find_text(const Members& members, MemberSet spellings) {
    for (spellings.keep(members.known()); !spellings.empty();) {
        const String text = GetStringValue(members.known(spellings.take()));
        if (is_usable(text)) return text;
    }
    return {};
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
    if (text.size() > kMaxCode) return false;
    for (const char c : text) {
        if (!is_code_character(c)) return false;
    }
    return true;
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
    MemberSet known;
    for (const Item item : json::ArrayForEach(object)) {
        const std::size_t found = find(item.member_name());
        const auto member = static_cast<Member>(found);
        if (found == kMembers || known.has(member)) continue;
        known.add(member);
        numbers_[found] = static_cast<std::uint16_t>(item.number_from(object));
    }
    known_ = known;
}

String Fields::find_text(MemberSet spellings) const {
    const String text = cm::find_text(own_, spellings);
    return text ? text : cm::find_text(inner_, spellings);
}

String Fields::own_text(MemberSet spellings) const {
    return cm::find_text(own_, spellings);
}

Item Fields::text_or_number(MemberSet spellings) const {
    return find(own_, inner_, spellings, is_text_or_number);
}

Item Fields::find_list(MemberSet spellings) const {
    return find(own_, inner_, spellings, is_list);
}

Words Fields::words(MemberSet spellings) const {
    return Words(find(own_, inner_, spellings, has_words));
}

Item find_code(Item session) {
    using namespace std::string_view_literals;
    const Item code = json::GetObjectItemCaseSensitive(session, "terminationCode"sv);
    if (is_code(code)) return code;
    const Item older = json::GetObjectItemCaseSensitive(session, "terminate"sv);
    return is_code(older) ? older : Item();
}

}  // namespace cmagent::cm
