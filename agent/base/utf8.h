#pragma once
// UTF-8 as RFC 3629 §4 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.

#include <cstddef>
#include <string_view>

namespace cmagent {

// The replacement character: stands for a byte that is no UTF-8, and for half a surrogate pair.
inline constexpr char32_t kReplacement = 0xFFFD;

// Whether a byte belongs to a character that has begun before it.
[[nodiscard]] constexpr bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// The bytes that a control character at the start of `text` takes: 1 in C0 and for DEL, 2 in C1
// (U+0080 to U+009F); 0 where there is none. A control character belongs into no name: CR and LF
// would end a line elsewhere, and a terminal obeys the others.
[[nodiscard]] std::size_t control_length(std::string_view text);
[[nodiscard]] bool has_control(std::string_view text);

// The bytes that a hidden character at the start of `text` takes, 2 or 3; 0 where there is none. One
// sees none of them, and they change how everything else is shown: C1 (a terminal obeys them), the
// separators of lines and paragraphs (U+2028, U+2029), and what orders text of both directions
// (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069; UAX #9 §2). They may stand in what our
// own callers say; from elsewhere they are shown to nobody.
[[nodiscard]] std::size_t hidden_length(std::string_view text);
// How much of the start of `text` is before its first hidden character.
[[nodiscard]] std::size_t open_length(std::string_view text);
// The bytes of a control or hidden character at the start of `text`; 0 where there is none.
[[nodiscard]] std::size_t unprintable_length(std::string_view text);

// The bytes that the well-formed sequence at the start of `text` takes, 1 to 4; 0 where there is
// none.
[[nodiscard]] std::size_t sequence_length(std::string_view text);

// What is behind a byte order mark, which some editors put before a text (RFC 3629 §6): nobody sees
// it, and a name that began with it would be another's.
[[nodiscard]] std::string_view behind_mark(std::string_view text);

// The code point of a well-formed sequence, which is all of `sequence`; kReplacement for any other
// text.
[[nodiscard]] char32_t decode(std::string_view sequence);

// Writes a code point (at most U+10FFFF, no surrogate) to `out` and returns its length, 1 to 4.
std::size_t encode(char32_t code_point, char (&out)[4]);

}  // namespace cmagent
