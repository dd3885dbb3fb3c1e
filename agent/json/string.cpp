#include "agent/json/string.h"

#include "agent/base/characters.h"
#include "agent/base/hex.h"
#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"

namespace cmagent::json {
namespace {

constexpr bool is_high_surrogate(char32_t unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}
constexpr bool is_low_surrogate(char32_t unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

enum class Case : bool { matters, ignored };

bool same(char a, char b, Case letters) {
    return a == b || (letters == Case::ignored && to_lower(a) == to_lower(b));
}

// How much of `raw` is the beginning of `text`, up to the first escape.
std::size_t common_length(std::string_view raw, std::string_view text, Case letters) {
    const std::size_t most = raw.size() < text.size() ? raw.size() : text.size();
    std::size_t length = 0;
    while (length < most && raw[length] != '\\' && same(raw[length], text[length], letters)) {
        ++length;
    }
    return length;
}

bool has_prefix(std::string_view text, std::string_view prefix, Case letters) {
    if (text.size() < prefix.size()) return false;
    for (std::size_t i = 0; i < prefix.size(); ++i) {
        if (!same(text[i], prefix[i], letters)) return false;
    }
    return true;
}

bool means(const String& string, std::string_view text, Case letters) {
    if (!string) return false;
    const std::size_t plain = common_length(string.raw(), text, letters);
    if (plain == string.raw().size()) return plain == text.size();
    if (string.raw()[plain] != '\\') return false;
    text.remove_prefix(plain);
    Pieces pieces(String(slice(string.raw(), plain)));
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        if (!has_prefix(text, piece, letters)) return false;
        text.remove_prefix(piece.size());
    }
    return text.empty();
}

[[gnu::noinline]] bool same_pieces(const String& one, const String& other) {
    Pieces mine(one);
    Pieces others(other);
    std::string_view a;
    std::string_view b;
    for (;;) {
        if (a.empty()) a = mine.next();
        if (b.empty()) b = others.next();
        if (a.empty() || b.empty()) return a.empty() && b.empty();
        const std::size_t common = a.size() < b.size() ? a.size() : b.size();
        if (slice(a, 0, common) != slice(b, 0, common)) return false;
        a.remove_prefix(common);
        b.remove_prefix(common);
    }
}

std::size_t plain_size(const String& text) {
    std::size_t size = 0;
    Pieces pieces(text);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        size += piece.size();
    }
    return size;
}

}  // namespace

bool String::equals(std::string_view text) const {
    if (escaped()) return means(*this, text, Case::matters);
    return *this && raw().size() == text.size() &&
           std::memcmp(raw().data(), text.data(), text.size()) == 0;
}

bool String::equals_ignoring_case(std::string_view text) const {
    return means(*this, text, Case::ignored);
}

bool String::equals(const String& other) const {
    if (!escaped()) return *this && other.equals(raw());
    return other.escaped() ? same_pieces(*this, other) : other && equals(other.raw());
}

std::optional<std::string_view> unescape(const String& text, Buffer buffer) {
    if (!text.escaped()) return text.raw();
    TextWriter out(buffer);
    Pieces pieces(text);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        out << piece;
        if (!out.complete()) return std::nullopt;
    }
    return out.view();
}

bool unescape(const String& text, AnyText out) {
    const std::size_t size = plain_size(text);
    if (size > out.capacity()) return false;
    return assign(out, *unescape(text, Buffer{out.bytes(), size}));
}

std::string_view Pieces::next() {
    const std::size_t run = escaped_ ? rest_.find('\\') : std::string_view::npos;
    if (run != 0) {
        const std::string_view piece = slice(rest_, 0, run);
        rest_.remove_prefix(piece.size());
        return piece;
    }
    return {bytes_, encode(escape(), bytes_)};
}

// parse() has made sure that every escape is complete.
char32_t Pieces::escape() {
    const char kind = rest_[1];
    rest_.remove_prefix(2);
    switch (kind) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'u':
            break;
        default:
            return static_cast<char32_t>(kind);  // " \ /
    }
    const char32_t first = code_unit();
    if (is_low_surrogate(first)) return kReplacement;
    if (!is_high_surrogate(first)) return first;
    if (slice(rest_, 0, 2) != "\\u") return kReplacement;
    const std::string_view behind_first = rest_;
    rest_.remove_prefix(2);
    const char32_t second = code_unit();
    if (is_low_surrogate(second)) return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    rest_ = behind_first;
    return kReplacement;
}

// Four hexadecimal digits.
char32_t Pieces::code_unit() {
    constexpr std::size_t kDigits = 4;
    char32_t unit = 0;
    for (std::size_t i = 0; i < kDigits; ++i) {
        unit = unit << 4 | static_cast<char32_t>(hex_value(rest_[i]));
    }
    rest_.remove_prefix(kDigits);
    return unit;
}

}  // namespace cmagent::json
