#pragma once
// What the header fields and the query of a request are taken apart with. ASCII only, no locale.

#include <algorithm>
#include <string_view>

#include "agent/json/text.h"

namespace cmagent::ui {

[[nodiscard]] constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

[[nodiscard]] constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

[[nodiscard]] inline bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Takes what stands before the first `mark` off `rest`, and the mark; without white space around it.
[[nodiscard]] constexpr std::string_view take_until(std::string_view& rest, char mark) {
    const std::size_t found = rest.find(mark);
    const std::size_t end = found == std::string_view::npos ? rest.size() : found;
    const std::string_view taken = slice(rest, 0, end);
    rest = slice(rest, end + 1);
    return trim(taken);
}

}  // namespace cmagent::ui
