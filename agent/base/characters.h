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
// RFC 5234 §B.1, VCHAR: the visible characters, without the space.
constexpr bool is_visible(char c) {
    return c > ' ' && c <= '~';
}
// RFC 9110 §5.5: the characters of a field's value.
constexpr bool is_field_character(char c) {
    return !is_control(c) || c == '\t';
}

// RFC 3986 §2.3: the characters that need no percent-encoding anywhere in a URL.
constexpr bool is_unreserved(char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// RFC 9110 §5.6.2, tchar: the characters of a token, such as a field's name.
constexpr bool is_token_character(char c) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
}

[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);

// Whether every character of `text` is allowed; true for an empty text.
[[nodiscard]] bool all_of(std::string_view text, bool (*allowed)(char));

// The text without the blanks at its ends.
[[nodiscard]] std::string_view trim_blanks(std::string_view text);

// Takes the part before the first `mark`, and the mark, off `rest`. Returns the part without the
// blanks at its ends; all of `rest` where there is no mark.
[[nodiscard]] std::string_view take_until(std::string_view& rest, char mark);
// Takes the next line, which may end in CR LF, off `rest`, likewise. Empty for a remark, which begins
// with '#'.
[[nodiscard]] std::string_view take_line(std::string_view& rest);

}  // namespace cmagent
