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
using Word = std::uintptr_t;
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

// How many bytes stand before the one with the lowest bit that is set. A long has the size of a
// word: for a long long, processors of 32 bits would call a function.
std::size_t bytes_before(Word bits) {
    static_assert(sizeof(Word) == sizeof(unsigned long));
    return static_cast<std::size_t>(__builtin_ctzl(bits)) / 8;
}

// The characters that end a plain run of a string: quote, backslash, control characters, all beyond
// ASCII.
constexpr bool is_special(char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x80 ||
           c == '"' || c == '\\';
}

// The lowest bit that is set is the top bit of the first special byte. Quote and control characters
// become those below 0x21 when the bit is turned in which a quote differs from a blank; no byte
// beyond ASCII loses its top bit in both subtractions. Higher bits may be wrong, for a subtraction
// borrows from the byte above, but only where its own byte is special.
constexpr Word special_bits(Word text) {
    const Word low = (text ^ (kOnes * ('"' ^ 0x20))) - kOnes * 0x21;
    const Word backslash = (text ^ (kOnes * '\\')) - kOnes;
    return (low | backslash) & (kOnes * 0x80);
}

[[gnu::always_inline]] inline const char* skip_plain(const char* at, const char* end) {
    for (; has_word(at, end); at += sizeof(Word)) {
        const Word special = special_bits(load(at));
        if (special != 0) return at + bytes_before(special);
    }
    while (at < end && !is_special(*at)) ++at;
    return at;
}

constexpr bool is_white(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

const char* wrong(const char* at, const char* end, Error error, Fault& fault) {
    fault.at = at;
    fault.error = at < end ? error : Error::unexpected_end;
    return nullptr;
}

// RFC 8259 §7, from behind the backslash.
const char* scan_escape(const char* at, const char* end, Fault& fault) {
    const char kind = peek(at, end);
    if (kind != 'u') {
        const bool known = kind != '\0' && std::strchr("\"\\/bfnrt", kind) != nullptr;
        return known ? at + 1 : wrong(at, end, Error::bad_escape, fault);
    }
    ++at;
    for (int i = 0; i < 4; ++i, ++at) {
        if (hex_value(peek(at, end)) < 0) return wrong(at, end, Error::bad_escape, fault);
    }
    return at;
}

// An escape, a character beyond ASCII, or a character that may not stand in a string.
const char* scan_special(const char* at, const char* end, Fault& fault) {
    if (peek(at, end) == '\\') return scan_escape(at + 1, end, fault);
    if (static_cast<unsigned char>(peek(at, end)) < 0x20) {
        return wrong(at, end, Error::control_character, fault);
    }
    const std::size_t length = sequence_length({at, static_cast<std::size_t>(end - at)});
    return length == 0 ? wrong(at, end, Error::bad_utf8, fault) : at + length;
}

// The rest of a string from a special character on. A function of its own: scan_string() needs no
// stack that way.
[[gnu::noinline]] const char* scan_rest(const char* at, const char* end, Fault& fault) {
    do {
        at = scan_special(at, end, fault);
        if (at == nullptr) return nullptr;
        at = skip_plain(at, end);
    } while (peek(at, end) != '"');
    return at;
}

const char* skip_digits(const char* at, const char* end) {
    while (is_digit(peek(at, end))) ++at;
    return at;
}

// At least one.
const char* scan_digits(const char* at, const char* end, Fault& fault) {
    if (!is_digit(peek(at, end))) return wrong(at, end, Error::bad_number, fault);
    return skip_digits(at, end);
}

// RFC 8259 §6. The byte behind a number is not looked at: 01 fails on the 1, where a comma would
// have to be.
const char* scan_number(const char* at, const char* end, Fault& fault) {
    const bool negative = peek(at, end) == '-';
    if (negative) ++at;
    if (!is_digit(peek(at, end))) {
        return wrong(at, end, negative ? Error::bad_number : Error::expected_value, fault);
    }
    at = *at == '0' ? at + 1 : skip_digits(at, end);
    if (peek(at, end) == '.') {
        at = scan_digits(at + 1, end, fault);
        if (at == nullptr) return nullptr;
    }
    if (peek(at, end) != 'e' && peek(at, end) != 'E') return at;
    ++at;
    if (peek(at, end) == '+' || peek(at, end) == '-') ++at;
    return scan_digits(at, end, fault);
}

const char* scan_word(const char* at, const char* end, const char* word, Fault& fault) {
    for (; *word != '\0'; ++word, ++at) {
        if (peek(at, end) != *word) return wrong(at, end, Error::expected_value, fault);
    }
    return at;
}

}  // namespace

const char* scan_string(const char* at, const char* end, Fault& fault) {
    at = skip_plain(at, end);
    return peek(at, end) == '"' ? at : scan_rest(at, end, fault);
}

const char* scan_primitive(const char* at, const char* end, Fault& fault) {
    switch (peek(at, end)) {
        case 't':
            return scan_word(at, end, "true", fault);
        case 'f':
            return scan_word(at, end, "false", fault);
        case 'n':
            return scan_word(at, end, "null", fault);
        default:
            return scan_number(at, end, fault);
    }
}

const char* skip_blanks(const char* at, const char* end) {
    while (at < end && is_white(*at)) {
        ++at;
        while (has_word(at, end)) {  // indentation
            const Word others = load(at) ^ (kOnes * ' ');
            at += others == 0 ? sizeof(Word) : bytes_before(others);
            if (others != 0) break;
        }
    }
    return at;
}

}  // namespace cmagent::json
