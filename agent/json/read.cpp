#include "agent/json/read.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace cmagent::json {
namespace {

bool has_type(Item item, jsmntype_t type) {
    return item && item.token()->type == type;
}

// true, false, null and numbers are told apart by their first byte.
bool begins_with(Item item, char first) {
    return has_type(item, JSMN_PRIMITIVE) && item.raw().front() == first;
}

// The number of the first token behind a value. The tokens of what it holds lie between.
int behind(Item item) {
    const Token& token = *item.token();
    if (token.type == JSMN_STRING || token.type == JSMN_PRIMITIVE) return item.index() + 1;
    const int least = item.index() + 1 + token.size * (token.type == JSMN_OBJECT ? 2 : 1);
    const Token* const first = item.token() - item.index();
    const Token* const last = first + item.count();
    const Token* const next = std::partition_point(
        first + least, last, [&token](const Token& other) { return other.start < token.end; });
    return static_cast<int>(next - first);
}

template <class Matches>
Item find_member(Item object, Matches matches) {
    if (!IsObject(object)) return {};
    for (Item member : ArrayForEach(object)) {
        if (matches(member.name())) return member;
    }
    return {};
}

}  // namespace

String Item::name() const {
    if (index_ == 0) return {};
    const Token& before = tokens_[index_ - 1];
    // Only names have a size.
    if (before.type != JSMN_STRING || before.size == 0) return {};
    return GetStringValue(at(index_ - 1));
}

std::string_view Item::raw() const {
    if (tokens_ == nullptr) return {};
    const Token& own = tokens_[index_];
    return {text_ + own.start, static_cast<std::size_t>(own.end - own.start)};
}

std::size_t Item::offset() const {
    return tokens_ == nullptr ? 0 : static_cast<std::size_t>(tokens_[index_].start);
}

bool IsInvalid(Item item) {
    return !item;
}
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
    return has_type(item, JSMN_PRIMITIVE) && !IsBool(item) && !IsNull(item);
}
bool IsString(Item item) {
    return has_type(item, JSMN_STRING);
}
bool IsArray(Item item) {
    return has_type(item, JSMN_ARRAY);
}
bool IsObject(Item item) {
    return has_type(item, JSMN_OBJECT);
}

int GetArraySize(Item list) {
    return IsArray(list) || IsObject(list) ? list.token()->size : 0;
}

Item GetArrayItem(Item list, int index) {
    if (index < 0) return {};
    for (Item element : ArrayForEach(list)) {
        if (index-- == 0) return element;
    }
    return {};
}

Item GetObjectItem(Item object, std::string_view name) {
    return find_member(object,
                       [name](const String& other) { return other.equals_ignoring_case(name); });
}

Item GetObjectItemCaseSensitive(Item object, std::string_view name) {
    return find_member(object, [name](const String& other) { return other.equals(name); });
}

bool HasObjectItem(Item object, std::string_view name) {
    return static_cast<bool>(GetObjectItem(object, name));
}

String GetStringValue(Item item) {
    return IsString(item) ? String(item.raw()) : String();
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
    if (!IsNumber(item)) return std::nullopt;
    std::string_view text = item.raw();
    const bool negative = text.front() == '-';
    if (negative) text.remove_prefix(1);
    std::int64_t value = 0;  // kept negative: that range is one larger
    for (const char c : text) {
        const bool overflow = c < '0' || c > '9' || __builtin_mul_overflow(value, 10, &value) ||
                              __builtin_sub_overflow(value, c - '0', &value);
        if (overflow) return std::nullopt;
    }
    if (negative) return value;
    if (value == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
    return -value;
}

ArrayForEach::ArrayForEach(Item list)
    : first_(GetArraySize(list) == 0 ? Item() : list.at(list.index() + (IsObject(list) ? 2 : 1)),
             GetArraySize(list)) {}

ArrayForEach::Iterator& ArrayForEach::Iterator::operator++() {
    const bool member = static_cast<bool>(item_.name());
    if (--left_ > 0) item_ = item_.at(behind(item_) + (member ? 1 : 0));
    return *this;
}

namespace {

CheckedNames check_members(Item object) {
    if (GetArraySize(object) > kMaxUniqueNames) {
        return {NameFault::too_many, GetArrayItem(object, kMaxUniqueNames)};
    }
    for (Item member : ArrayForEach(object)) {
        for (Item earlier : ArrayForEach(object)) {
            if (earlier.index() == member.index()) break;
            if (earlier.name().equals(member.name())) return {NameFault::repeated, member};
        }
    }
    return {};
}

}  // namespace

CheckedNames check_names(Item root) {
    for (int i = root.index(); i < root.count(); ++i) {
        if (!IsObject(root.at(i))) continue;
        const CheckedNames checked = check_members(root.at(i));
        if (checked.fault != NameFault::none) return checked;
    }
    return {};
}

}  // namespace cmagent::json
