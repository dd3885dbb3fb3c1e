#include "agent/json/scan.h"

#include <cstring>

#include "agent/base/characters.h"
#include "agent/base/hex.h"
#include "agent/base/utf8.h"

namespace cmagent::json {
namespace {

constexpr bool is_white(char c) {
    return static_cast<unsigned char>(c) <= ' ' &&
           (c == '\n' || c == ' ' || c == '\r' || c == '\t');
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

const char* scan_rest(const char* at, const char* end, Fault& fault) {
    const char* const words = words_end(at, end);
    do {
        at = scan_special(at, end, fault);
        if (at == nullptr) return nullptr;
        at = skip_plain(at, words, end);
    } while (peek(at, end) != '"');
    return at;
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
    // The one blank behind a colon.
    if (end - at >= 2 && at[0] == ' ' && static_cast<unsigned char>(at[1]) > ' ') return at + 1;
    const char* const words = words_end(at, end);
    while (at < end && is_white(*at)) {
        ++at;
        for (; at < words; at += sizeof(Word)) {  // indentation
            const Word others = load(at) ^ (kOnes * ' ');
            if (others == 0) continue;
            at += bytes_before(others);
            break;
        }
    }
    return at;
}

}  // namespace cmagent::json
