#include "agent/base/percent.h"

#include "agent/base/characters.h"
#include "agent/base/hex.h"

namespace cmagent {

void write_percent_escape(TextWriter& out, char byte) {
    const auto value = static_cast<unsigned char>(byte);
    out << '%' << upper_hex_digit(value >> 4) << upper_hex_digit(value & 0xFU);
}

void write_percent_encoded(TextWriter& out, std::string_view text) {
    for (const char c : text) is_unreserved(c) ? void(out << c) : write_percent_escape(out, c);
}

std::size_t percent_encoded_size(std::string_view text) {
    std::size_t size = 0;
    for (const char c : text) size += is_unreserved(c) ? 1 : 3;
    return size;
}

std::optional<std::string_view> read_percent_encoded(std::string_view encoded, Buffer into) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        char byte = encoded[i] == '+' ? ' ' : encoded[i];
        if (encoded[i] == '%') {
            if (encoded.size() - i < 3) return std::nullopt;
            const int high = hex_value(encoded[i + 1]);
            const int low = hex_value(encoded[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            byte = static_cast<char>(high << 4 | low);
            i += 2;
        }
        if (size == into.size) return std::nullopt;
        into[size++] = byte;
    }
    return std::string_view(into.data, size);
}

}  // namespace cmagent
