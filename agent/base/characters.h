#pragma once
// Classes of ASCII characters, as RFC 3986, RFC 9110 and RFC 9112 name them. Not <cctype>: that
// asks the locale.

#include <cstddef>
#include <string_view>

namespace cmagent {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}
constexpr bool is_letter(char c) {
    return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}
constexpr bool is_alphanumeric(char c) {
    return is_digit(c) || is_letter(c);
}
constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t';
}
// C0 and DEL. C1, of two bytes in UTF-8, is found by control_length() in utf8.h.
constexpr bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}
// RFC 5234 §B.1, VCHAR: what can be seen, the space not included.
constexpr bool is_visible(char c) {
    return c > ' ' && c <= '~';
}
// RFC 9110 §5.5: what a field's value consists of, the blanks at its ends aside.
constexpr bool is_field_character(char c) {
    return !is_control(c) || c == '\t';
}

// RFC 3986 §2.3: what needs no percent-encoding anywhere in a URL.
constexpr bool is_unreserved(char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// RFC 9110 §5.6.2, tchar: what a field's name consists of.
constexpr bool is_token_character(char c) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
}

[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);

// Whether `text` holds nothing else.
[[nodiscard]] bool all_of(std::string_view text, bool (*allowed)(char));

// Without the blanks at both ends.
[[nodiscard]] std::string_view trim_blanks(std::string_view text);

// Takes what stands before the first `mark` off `rest`, and the mark; without blanks around it.
[[nodiscard]] std::string_view take_until(std::string_view& rest, char mark);

}  // namespace cmagent
