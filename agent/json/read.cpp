#include "agent/json/read.h"

#include <cstdlib>
#include <limits>

#include "agent/base/decimal.h"

namespace cmagent::json {
namespace {

// true, false, null and numbers are told apart by their first byte.
bool begins_with(Item item, char first) {
    return item.is(JSMN_PRIMITIVE) && item.raw().front() == first;
}

Item find_member(Item object, std::string_view name, bool ignoring_case) {
    if (!IsObject(object)) return {};
    for (Item member : ArrayForEach(object)) {
        const String other = member.member_name();
        if (ignoring_case ? other.equals_ignoring_case(name) : other.equals(name)) return member;
    }
    return {};
}

}  // namespace

bool IsFalse(Item item) {
    return begins_with(item, 'f');
}
bool IsTrue(Item item) {
    return begins_with(item, 't');
}
bool IsBool(Item item) {
    return IsFalse(item) || IsTrue(item);
}
bool IsNull(Item item) {
    return begins_with(item, 'n');
}
bool IsNumber(Item item) {
    return item.is(JSMN_PRIMITIVE) && !IsBool(item) && !IsNull(item);
}

Item GetArrayItem(Item list, int index) {
    if (index < 0) return {};
    for (Item element : ArrayForEach(list)) {
        if (index-- == 0) return element;
    }
    return {};
}

Item GetObjectItem(Item object, std::string_view name) {
    return find_member(object, name, true);
}

Item GetObjectItemCaseSensitive(Item object, std::string_view name) {
    return find_member(object, name, false);
}

Item GetObjectItemCaseSensitive(Item object, const char* name) {
    return GetObjectItemCaseSensitive(object, std::string_view(name));
}

bool HasObjectItem(Item object, std::string_view name) {
    return static_cast<bool>(GetObjectItem(object, name));
}

double GetNumberValue(Item item) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    char digits[128];
    const std::string_view text = item.raw();
    if (!IsNumber(item) || text.size() >= sizeof digits) return kNone;
    std::memcpy(digits, text.data(), text.size());
    digits[text.size()] = '\0';
    const double value = std::strtod(digits, nullptr);
    return value - value == 0 ? value : kNone;
}

std::optional<std::int64_t> GetIntegerValue(Item item) {
    return IsNumber(item) ? read_signed_decimal(item.raw()) : std::nullopt;
}

// The tokens of a list end before the first token that starts behind the list.
int tokens_of_list(Item list) {
    const Token& token = list.token();
    int tokens = 1 + token.size * (token.type == JSMN_OBJECT ? 2 : 1);  // at least
    while (list.at(tokens).token().start < token.end) ++tokens;
    return tokens;
}

namespace {

// The number of values, which parse() leaves in the token before the root's.
int number_of_items(Item root) {
    return root ? root.at(-1).token().size : 0;
}

CheckedNames check_members(Item object) {
    int members[kMaxUniqueNames];
    int count = 0;
    for (const Item member : ArrayForEach(object)) {
        if (count == kMaxUniqueNames) return {NameFault::too_many, member};
        const String name = member.name();
        for (int i = 0; i < count; ++i) {
            if (name.equals(object.at(members[i]).name())) return {NameFault::repeated, member};
        }
        members[count++] = member.number_from(object);
    }
    return {};
}

}  // namespace

CheckedNames check_names(Item root) {
    for (int i = 0; i < number_of_items(root); ++i) {
        if (!IsObject(root.at(i))) continue;
        const CheckedNames checked = check_members(root.at(i));
        if (checked.fault != NameFault::none) return checked;
    }
    return {};
}

}  // namespace cmagent::json
