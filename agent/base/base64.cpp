#include "agent/base/base64.h"

#include "agent/base/text.h"

namespace cmagent {
namespace {

// What a byte is: the value of a digit, or one of these, which share a bit that no digit has.
enum Kind : unsigned char { kPadding = 64, kSpace, kReturn, kLineFeed, kOther };

struct Kinds {
    unsigned char of[128] = {};
    constexpr Kinds() {
        for (unsigned char& kind : of) kind = kOther;
        for (unsigned char value = 0; value < kPadding; ++value) set(kBase64Digits[value], value);
        set('=', kPadding);
        set(' ', kSpace);
        set('\r', kReturn);
        set('\n', kLineFeed);
    }
    constexpr void set(char c, unsigned char kind) { of[static_cast<unsigned char>(c)] = kind; }
};
constexpr Kinds kKinds;

unsigned kind_of(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < sizeof kKinds.of ? kKinds.of[byte] : unsigned{kOther};
}

// The 24 bits of four digits; kNoGroup: those are no four digits.
constexpr std::uint32_t kNoGroup = UINT32_MAX;
std::uint32_t group_of(const char* four) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(four);
    if ((bytes[0] | bytes[1] | bytes[2] | bytes[3]) >= 128) return kNoGroup;
    const unsigned a = kKinds.of[bytes[0]];
    const unsigned b = kKinds.of[bytes[1]];
    const unsigned c = kKinds.of[bytes[2]];
    const unsigned d = kKinds.of[bytes[3]];
    return (a | b | c | d) < kPadding ? a << 18 | b << 12 | c << 6 | d : kNoGroup;
}

}  // namespace

void write_base64(TextWriter& out, std::string_view bytes) {
    for (; !bytes.empty(); bytes = slice(bytes, 3)) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = (bits << 8) | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
        }
        out << kBase64Digits[bits >> 18] << kBase64Digits[(bits >> 12) & 63]
            << (bytes.size() > 1 ? kBase64Digits[(bits >> 6) & 63] : '=')
            << (bytes.size() > 2 ? kBase64Digits[bits & 63] : '=');
    }
}

void Base64Reader::take(std::string_view text) {
    for (;;) {
        text = slice(text, take_digits(text));
        if (text.empty()) return;
        take_other(kind_of(text.front()));
        text.remove_prefix(1);
    }
}

// How many there are at the start of `text`, where digits may stand.
std::size_t Base64Reader::take_digits(std::string_view text) {
    if (state_ != anything || padding_ > 0) return 0;
    std::size_t taken = 0;
    for (; taken < text.size(); ++taken) {
        if (bits_ == kNoDigit) taken += take_groups(slice(text, taken));
        const unsigned kind = taken < text.size() ? kind_of(text[taken]) : unsigned{kOther};
        if (kind >= kPadding) break;
        bits_ = bits_ << 6 | kind;
        if (bits_ >= kFourDigits) put_group();
    }
    return taken;
}

// The same for groups of four, as far as there is room: what nearly all of a text is.
std::size_t Base64Reader::take_groups(std::string_view text) {
    const char* from = text.data();
    unsigned char* to = room_.data + size_;
    std::size_t left = text.size() / 4;
    const std::size_t room = (room_.size - size_) / 3;
    if (room < left) left = room;
    for (; left > 0; --left) {
        const std::uint32_t bits = group_of(from);
        if (bits == kNoGroup) break;
        from += 4;
        *to++ = static_cast<unsigned char>(bits >> 16);
        *to++ = static_cast<unsigned char>(bits >> 8);
        *to++ = static_cast<unsigned char>(bits);
    }
    size_ = static_cast<std::size_t>(to - room_.data);
    return static_cast<std::size_t>(from - text.data());
}

void Base64Reader::take_other(unsigned kind) {
    static constexpr State kNext[][5] = {
        // padding, space, CR, LF, other
        {anything, end_of_line, line_feed, anything, nothing},
        {nothing, end_of_line, line_feed, anything, nothing},
        {nothing, nothing, nothing, anything, nothing},
        {nothing, nothing, nothing, nothing, nothing},
    };
    if (kind < kPadding) kind = kOther;  // a digit where none may stand
    state_ = kNext[state_][kind - kPadding];
    if (kind != kPadding) return;
    if (++padding_ > 2) state_ = nothing;
    bits_ <<= 6;
    if (bits_ >= kFourDigits) put_group();
}

void Base64Reader::put_group() {
    if (room_.size - size_ < 3) {
        state_ = nothing;
    } else {
        for (unsigned i = 3; i-- > 0;) {
            room_[size_++] = static_cast<unsigned char>(bits_ >> (8 * i));
        }
    }
    bits_ = kNoDigit;
}

bool Base64Reader::complete() const {
    return state_ < line_feed && bits_ == kNoDigit;
}

}  // namespace cmagent
