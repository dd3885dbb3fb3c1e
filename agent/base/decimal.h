#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cmagent {

// Not <charconv>, although nothing of it needs the C++ run-time library: its tables and templates
// for 64 bits take 1,200 bytes more on a 32-bit ARM than these three functions.

// A number of decimal digits and nothing else: no sign, no blank. None where there is no digit,
// another character, more than `most`, or more than 19 digits, which is what 64 bits hold in any
// case.
[[nodiscard]] std::optional<std::uint64_t> read_decimal(std::string_view text,
                                                        std::uint64_t most = UINT64_MAX);

// The same, with a minus sign in front or not. None where 64 bits do not hold the number.
[[nodiscard]] std::optional<std::int64_t> read_signed_decimal(std::string_view text);

// A number of bytes in digits of `base`, 10 or 16. There may be any number of digits: the result is
// some number above `most` where the text means more than `most`. None where it is no number.
[[nodiscard]] std::optional<std::size_t> read_size(std::string_view text, int base,
                                                   std::size_t most);

// -9223372036854775808
inline constexpr std::size_t kMaxDecimal = 20;

// The number as decimal digits: a view of `into`.
[[nodiscard]] std::string_view write_decimal(std::int64_t number, char (&into)[kMaxDecimal]);

}  // namespace cmagent
