#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/base/text_writer.h"

namespace cmagent {

// The value of a hexadecimal digit in either case, 0 to 15; -1 for any other character.
[[nodiscard]] constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The digit for 0 to 15. In upper case: as RFC 3986 §2.1 wants it behind a percent sign.
[[nodiscard]] constexpr char hex_digit(unsigned value) {
    return "0123456789abcdef"[value];
}
[[nodiscard]] constexpr char upper_hex_digit(unsigned value) {
    return "0123456789ABCDEF"[value];
}

// Writes the lowest `digits` digits of the number, 16 at most, zeros in front included.
void write_hex(TextWriter& out, std::uint64_t number, std::size_t digits);

// Reads a number of 1 to 16 digits in either case; none where the text is anything else.
[[nodiscard]] std::optional<std::uint64_t> read_hex(std::string_view text);

}  // namespace cmagent
