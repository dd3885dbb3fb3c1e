#pragma once
// The smallest parts of a JSON text: where a string, a number, a word, white space ends. Private to
// parse.cpp. A place in the text goes in, and a place comes out: one word, which every processor
// returns in a register (a struct of two goes through memory on 32-bit ARM).

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "agent/json/read.h"

namespace cmagent::json {

// What a text is refused for, and the byte that is wrong.
struct Fault {
    const char* at = nullptr;
    Error error = Error::none;
};

// The byte at `at`; zero, which no place accepts, at the end.
[[nodiscard]] inline char peek(const char* at, const char* end) {
    return at < end ? *at : '\0';
}

// Text is looked at a machine word at a time. The first byte of the text is the lowest byte of the
// word, on machines of either byte order.
using Word = std::uintptr_t;
inline constexpr Word kOnes = ~Word{0} / 0xFF;

inline Word load(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    if (sizeof word == 8) return static_cast<Word>(__builtin_bswap64(word));
    return static_cast<Word>(__builtin_bswap32(static_cast<std::uint32_t>(word)));
#else
    return word;
#endif
}

inline bool has_word(const char* at, const char* end) {
    return static_cast<std::size_t>(end - at) >= sizeof(Word);
}
// The end of the places in a text at which a whole word begins.
inline const char* words_end(const char* begin, const char* end) {
    return has_word(begin, end) ? end - (sizeof(Word) - 1) : begin;
}

// How many bytes stand before the one with the lowest bit that is set. A long has the size of a
// word: for a long long, processors of 32 bits would call a function.
inline std::size_t bytes_before(Word bits) {
    static_assert(sizeof(Word) == sizeof(unsigned long));
    return static_cast<unsigned>(__builtin_ctzl(bits)) / 8;
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

// `words`: words_end().
[[gnu::always_inline]] inline const char* skip_plain(const char* at, const char* words,
                                                     const char* end) {
    for (; at < words; at += sizeof(Word)) {
        const Word special = special_bits(load(at));
        if (special != 0) return at + bytes_before(special);
    }
    while (at < end && !is_special(*at)) ++at;
    return at;
}

// Each takes a place before or at `end`, and returns that behind the part; null on a fault.

// A number, true, false or null; or nothing that could begin a value.
[[nodiscard]] const char* scan_primitive(const char* at, const char* end, Fault& fault);
[[nodiscard]] const char* skip_blanks(const char* at, const char* end);
// Of a string from behind the opening quote, what skip_plain() does not take, if that is not the
// closing quote; which is not taken.
[[nodiscard]] const char* scan_rest(const char* at, const char* end, Fault& fault);

}  // namespace cmagent::json
