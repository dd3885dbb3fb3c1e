#include "agent/json/scan.h"

#include <cstdint>
#include <cstring>

#include "agent/base/characters.h"
#include "agent/base/hex.h"
#include "agent/base/utf8.h"

namespace cmagent::json {
namespace {

// Text is looked at a machine word at a time. The first byte of the text is the lowest byte of the
// word, on machines of either byte order.
using Word = std::size_t;
constexpr Word kOnes = ~Word{0} / 0xFF;

Word load(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    if (sizeof word == 8) return static_cast<Word>(__builtin_bswap64(word));
    return static_cast<Word>(__builtin_bswap32(static_cast<std::uint32_t>(word)));
#else
    return word;
#endif
}

bool has_word(const char* at, const char* end) {
    return static_cast<std::size_t>(end - at) >= sizeof(Word);
}

// The characters that end a plain run of a string: quote, backslash, control characters, all beyond
// ASCII.
constexpr bool is_special(char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x80 ||
           c == '"' || c == '\\';
}

// The lowest bit that is set is the top bit of the first special byte: no byte beyond ASCII loses
// its top bit in more than one of the three. Higher bits may be wrong, for a subtraction borrows
// from the byte above, but only where its own byte is special.
constexpr Word special_bits(Word text) {
    const Word control = text - kOnes * 0x20;
    const Word quote = (text ^ (kOnes * '"')) - kOnes;
    const Word backslash = (text ^ (kOnes * '\\')) - kOnes;
    return (control | quote | backslash) & (kOnes * 0x80);
}

[[gnu::always_inline]] inline const char* skip_plain(const char* at, const char* end) {
    for (; has_word(at, end); at += sizeof(Word)) {
        const Word special = special_bits(load(at));
        if (special != 0) return at + __builtin_ctzll(special) / 8;
    }
    while (at < end && !is_special(*at)) ++at;
    return at;
}

constexpr bool is_white(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// The byte at `at`; zero, which belongs to no number, word or escape, at the end.
char peek(const char* at, const char* end) {
    return at < end ? *at : '\0';
}

Scanned wrong(const char* at, const char* end, Error error) {
    return {at, at < end ? error : Error::unexpected_end};
}

// RFC 8259 §7, from behind the backslash.
Scanned scan_escape(const char* at, const char* end) {
    const char kind = peek(at, end);
    if (kind != 'u') {
        const bool known = kind != '\0' && std::strchr("\"\\/bfnrt", kind) != nullptr;
        return known ? Scanned{at + 1, Error::none} : wrong(at, end, Error::bad_escape);
    }
    ++at;
    for (int i = 0; i < 4; ++i, ++at) {
        if (hex_value(peek(at, end)) < 0) return wrong(at, end, Error::bad_escape);
    }
    return {at, Error::none};
}

// An escape, a character beyond ASCII, or a character that may not stand in a string.
Scanned scan_special(const char* at, const char* end) {
    if (peek(at, end) == '\\') return scan_escape(at + 1, end);
    if (static_cast<unsigned char>(peek(at, end)) < 0x20) {
        return wrong(at, end, Error::control_character);
    }
    const std::size_t length = sequence_length({at, static_cast<std::size_t>(end - at)});
    return {at + length, length == 0 ? Error::bad_utf8 : Error::none};
}

// The rest of a string from a special character on. A function of its own: scan_string() needs no
// stack that way.
[[gnu::noinline]] Scanned scan_rest(const char* at, const char* end) {
    do {
        const Scanned special = scan_special(at, end);
        if (special.error != Error::none) return special;
        at = skip_plain(special.at, end);
    } while (peek(at, end) != '"');
    return {at, Error::none};
}

const char* skip_digits(const char* at, const char* end) {
    while (is_digit(peek(at, end))) ++at;
    return at;
}

// At least one.
Scanned scan_digits(const char* at, const char* end) {
    if (!is_digit(peek(at, end))) return wrong(at, end, Error::bad_number);
    return {skip_digits(at, end), Error::none};
}

}  // namespace

Scanned scan_string(const char* at, const char* end) {
    at = skip_plain(at, end);
    return peek(at, end) == '"' ? Scanned{at, Error::none} : scan_rest(at, end);
}

// RFC 8259 §6. The byte behind a number is not looked at: 01 fails on the 1, where a comma would
// have to be.
Scanned scan_number(const char* at, const char* end) {
    const bool negative = peek(at, end) == '-';
    if (negative) ++at;
    if (!is_digit(peek(at, end))) {
        return wrong(at, end, negative ? Error::bad_number : Error::expected_value);
    }
    at = *at == '0' ? at + 1 : skip_digits(at, end);
    if (peek(at, end) == '.') {
        const Scanned fraction = scan_digits(at + 1, end);
        if (fraction.error != Error::none) return fraction;
        at = fraction.at;
    }
    if (peek(at, end) != 'e' && peek(at, end) != 'E') return {at, Error::none};
    ++at;
    if (peek(at, end) == '+' || peek(at, end) == '-') ++at;
    return scan_digits(at, end);
}

Scanned scan_word(const char* at, const char* end, std::string_view word) {
    for (const char c : word) {
        if (peek(at, end) != c) return wrong(at, end, Error::expected_value);
        ++at;
    }
    return {at, Error::none};
}

const char* skip_white(const char* at, const char* end) {
    while (at < end && is_white(*at)) {
        ++at;
        while (has_word(at, end) && load(at) == kOnes * ' ') at += sizeof(Word);  // indentation
    }
    return at;
}

}  // namespace cmagent::json
