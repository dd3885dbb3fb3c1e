#include "agent/base/characters.h"

#include "agent/base/text.h"

namespace cmagent {

bool same_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (to_lower(a[i]) != to_lower(b[i])) return false;
    }
    return true;
}

bool all_of(std::string_view text, bool (*allowed)(char)) {
    for (const char c : text) {
        if (!allowed(c)) return false;
    }
    return true;
}

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view take_until(std::string_view& rest, char mark) {
    std::size_t end = 0;
    while (end < rest.size() && rest[end] != mark) ++end;
    const std::string_view taken = slice(rest, 0, end);
    rest = slice(rest, end + 1);
    return trim_blanks(taken);
}

std::string_view take_line(std::string_view& rest) {
    std::string_view line = take_until(rest, '\n');
    if (!line.empty() && line.back() == '\r') line = trim_blanks(slice(line, 0, line.size() - 1));
    return !line.empty() && line.front() == '#' ? std::string_view() : line;
}

}  // namespace cmagent
