#include "agent/base/utf8.h"

#include <cstdint>

#include "agent/base/characters.h"
#include "agent/base/text.h"

namespace cmagent {
namespace {

// RFC 3629 §4: the range of the second byte behind a leading byte. All further bytes are 80..BF.
struct Sequence {
    std::uint8_t first_lead, last_lead, length, first_second, last_second;
};
constexpr Sequence kSequences[] = {
    {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF}, {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

// The hidden characters, as UTF-8: the bytes before the last one, and the range of that.
struct Hidden {
    char before[3];
    std::uint8_t first, last;
};
constexpr Hidden kHidden[] = {
    {"\xC2", 0x80, 0x9F},      // C1
    {"\xD8", 0x9C, 0x9C},      // U+061C
    {"\xE2\x80", 0x8E, 0x8F},  // U+200E, U+200F
    {"\xE2\x80", 0xA8, 0xAE},  // U+2028 to U+202E
    {"\xE2\x81", 0xA6, 0xA9},  // U+2066 to U+2069
};

constexpr bool within(char byte, std::uint8_t first, std::uint8_t last) {
    const auto value = static_cast<std::uint8_t>(byte);
    return value >= first && value <= last;
}

bool follows(const Sequence& sequence, std::string_view text) {
    if (text.size() < sequence.length) return false;
    if (!within(text[1], sequence.first_second, sequence.last_second)) return false;
    for (std::size_t i = 2; i < sequence.length; ++i) {
        if (!is_continuation(text[i])) return false;
    }
    return true;
}

}  // namespace

std::size_t sequence_length(std::string_view text) {
    if (text.empty()) return 0;
    if (within(text[0], 0x00, 0x7F)) return 1;
    for (const Sequence& sequence : kSequences) {
        if (!within(text[0], sequence.first_lead, sequence.last_lead)) continue;
        return follows(sequence, text) ? sequence.length : 0;
    }
    return 0;
}

std::size_t control_length(std::string_view text) {
    if (text.empty()) return 0;
    if (is_control(text[0])) return 1;
    return text.size() > 1 && text[0] == '\xC2' && within(text[1], 0x80, 0x9F) ? 2 : 0;
}

bool has_control(std::string_view text) {
    for (; !text.empty(); text.remove_prefix(1)) {
        if (control_length(text) > 0) return true;
    }
    return false;
}

std::size_t hidden_length(std::string_view text) {
    for (const Hidden& one : kHidden) {
        const std::string_view before(one.before);
        const bool begins = slice(text, 0, before.size()) == before && before.size() < text.size();
        if (begins && within(text[before.size()], one.first, one.last)) return before.size() + 1;
    }
    return 0;
}

std::size_t open_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && hidden_length(slice(text, length)) == 0) ++length;
    return length;
}

std::size_t unprintable_length(std::string_view text) {
    const std::size_t control = control_length(text);
    return control > 0 ? control : hidden_length(text);
}

std::string_view behind_mark(std::string_view text) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    return slice(text, slice(text, 0, kMark.size()) == kMark ? kMark.size() : 0);
}

char32_t decode(std::string_view sequence) {
    const std::size_t size = sequence.size();
    if (size == 0 || sequence_length(sequence) != size) return kReplacement;
    // RFC 3629 §3: the bits of the first byte that belong to the code point, by the length,
    // which is 4 at the most.
    constexpr std::uint8_t kLeadBits[] = {0x7F, 0x1F, 0x0F, 0x07};
    char32_t code_point = static_cast<std::uint8_t>(sequence[0]) & kLeadBits[(size - 1) % 4];
    for (std::size_t i = 1; i < size; ++i) {
        code_point = code_point << 6 | (static_cast<std::uint8_t>(sequence[i]) & 0x3F);
    }
    return code_point;
}

std::size_t encode(char32_t code_point, char (&out)[4]) {
    const auto trail = [code_point](int shift) {
        return static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
    };
    if (code_point < 0x80) {
        out[0] = static_cast<char>(code_point);
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = static_cast<char>(0xC0 | (code_point >> 6));
        out[1] = trail(0);
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = static_cast<char>(0xE0 | (code_point >> 12));
        out[1] = trail(6);
        out[2] = trail(0);
        return 3;
    }
    out[0] = static_cast<char>(0xF0 | (code_point >> 18));
    out[1] = trail(12);
    out[2] = trail(6);
    out[3] = trail(0);
    return 4;
}

}  // namespace cmagent
