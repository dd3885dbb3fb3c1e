#include "agent/ui/query.h"

#include "agent/base/characters.h"

namespace cmagent::ui {
namespace {

int digit_value(char c) {
    if (is_digit(c)) return c - '0';
    const char l = to_lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

}  // namespace

std::optional<std::string_view> decode(std::string_view encoded, Buffer into) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        char byte = encoded[i] == '+' ? ' ' : encoded[i];
        if (encoded[i] == '%') {
            if (encoded.size() - i < 3) return std::nullopt;
            const int high = digit_value(encoded[i + 1]);
            const int low = digit_value(encoded[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            byte = static_cast<char>(high << 4 | low);
            i += 2;
        }
        if (size == into.size) return std::nullopt;
        into.data[size++] = byte;
    }
    return std::string_view(into.data, size);
}

bool next_parameter(std::string_view& query, Parameter& into) {
    while (!query.empty()) {
        std::string_view value = take_until(query, '&');
        if (value.empty()) continue;
        into.name = take_until(value, '=');
        into.value = value;
        return true;
    }
    return false;
}

}  // namespace cmagent::ui
