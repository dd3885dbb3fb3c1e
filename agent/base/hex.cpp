#include "agent/base/hex.h"

namespace cmagent {

void write_hex(TextWriter& out, std::uint64_t number, std::size_t digits) {
    for (std::size_t i = digits; i-- > 0;) out << hex_digit(number >> (4 * i) & 0xF);
}

std::optional<std::uint64_t> read_hex(std::string_view text) {
    constexpr std::size_t kMaxDigits = 16;
    if (text.empty() || text.size() > kMaxDigits) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : text) {
        const int value = hex_value(c);
        if (value < 0) return std::nullopt;
        number = number << 4 | static_cast<unsigned>(value);
    }
    return number;
}

}  // namespace cmagent
