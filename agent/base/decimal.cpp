#include "agent/base/decimal.h"

#include "agent/base/characters.h"
#include "agent/base/hex.h"

namespace cmagent {

std::optional<std::uint64_t> read_decimal(std::string_view text, std::uint64_t most) {
    constexpr std::size_t kMaxDigits = 19;
    if (text.empty() || text.size() > kMaxDigits) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (number > most) return std::nullopt;
    return number;
}

std::optional<std::int64_t> read_signed_decimal(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const auto magnitude = read_decimal(text, std::uint64_t{INT64_MAX} + (negative ? 1 : 0));
    if (!magnitude) return std::nullopt;
    return static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
}

std::optional<std::size_t> read_size(std::string_view text, int base, std::size_t most) {
    if (text.empty()) return std::nullopt;
    std::size_t size = 0;
    for (const char c : text) {
        const int value = hex_value(c);
        if (value < 0 || value >= base) return std::nullopt;
        if (size > most) continue;
        size = size * static_cast<std::size_t>(base) + static_cast<std::size_t>(value);
    }
    return size;
}

std::string_view write_decimal(std::int64_t number, char (&into)[kMaxDecimal]) {
    char* const end = into + kMaxDecimal;
    char* at = end;
    const auto bits = static_cast<std::uint64_t>(number);
    std::uint64_t rest = number < 0 ? 0 - bits : bits;
    do {
        *--at = static_cast<char>('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (number < 0) *--at = '-';
    return {at, static_cast<std::size_t>(end - at)};
}

}  // namespace cmagent
