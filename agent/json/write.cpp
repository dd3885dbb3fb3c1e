#include "agent/json/write.h"

#include "agent/base/decimal.h"
#include "agent/base/hex.h"
#include "agent/base/utf8.h"

namespace cmagent::json {
namespace {

constexpr bool must_be_escaped(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// RFC 8259 §7: the short form where there is one, else \u00XX.
void put_escape(TextWriter& out, char c) {
    constexpr std::string_view kMeant = "\"\\\b\f\n\r\t";
    constexpr char kShort[] = "\"\\bfnrt";
    const std::size_t known = kMeant.find(c);
    if (known != std::string_view::npos) {
        out << '\\' << kShort[known];
        return;
    }
    out << "\\u";
    write_hex(out, static_cast<unsigned char>(c), 4);
}

// How much of the start of `text` can be copied as it is.
std::size_t plain_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && !must_be_escaped(text[length])) {
        const bool ascii = static_cast<unsigned char>(text[length]) < 0x80;
        const std::size_t sequence = ascii ? 1 : sequence_length(slice(text, length));
        if (sequence == 0) break;
        length += sequence;
    }
    return length;
}

}  // namespace

Writer& Writer::begin_object() {
    open('{');
    return *this;
}

Writer& Writer::end_object() {
    close('}');
    return *this;
}

Writer& Writer::begin_array() {
    open('[');
    return *this;
}

Writer& Writer::end_array() {
    close(']');
    return *this;
}

Writer& Writer::key(std::string_view name) {
    separate();
    put_string(name);
    out_ << ':';
    return *this;
}

Writer& Writer::key(const char* name) {
    return key(std::string_view(name));
}

Writer& Writer::member(const char* name, std::string_view text) {
    return key(name).string(text);
}

Writer& Writer::member(const char* name, ConstText text) {
    return member(name, text.view());
}

Writer& Writer::member_if_any(const char* name, std::string_view text) {
    return text.empty() ? *this : member(name, text);
}

Writer& Writer::member_if_any(const char* name, ConstText text) {
    return member_if_any(name, text.view());
}

Writer& Writer::member_if_any(const char* name, const String& text) {
    return text ? key(name).string(text) : *this;
}

Writer& Writer::key(const String& name) {
    separate();
    put_string(name);
    out_ << ':';
    return *this;
}

Writer& Writer::string(std::string_view text) {
    separate();
    put_string(text);
    return *this;
}

Writer& Writer::string(ConstText text) {
    return string(text.view());
}

Writer& Writer::string(const String& text) {
    separate();
    put_string(text);
    return *this;
}

Writer& Writer::number(std::int64_t value) {
    char digits[kMaxDecimal];
    return raw(write_decimal(value, digits));
}

Writer& Writer::boolean(bool value) {
    return raw(value ? "true" : "false");
}

Writer& Writer::null() {
    return raw("null");
}

// White space between strings is left out, each string is written anew, the rest is copied.
Writer& Writer::value(Item item) {
    if (!item) return null();
    if (IsString(item)) return string(GetStringValue(item));
    separate();
    std::string_view rest = item.raw();
    for (;;) {
        const std::size_t plain = rest.find_first_of("\" \t\r\n");
        out_ << slice(rest, 0, plain);
        if (plain == std::string_view::npos) return *this;
        rest.remove_prefix(plain);
        std::size_t end = 0;
        if (rest.front() == '"') {
            end = 1;
            while (rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
            put_string(String(slice(rest, 1, end - 1)));
        }
        rest.remove_prefix(end + 1);
    }
}

Writer& Writer::raw(std::string_view json) {
    separate();
    out_ << json;
    return *this;
}

std::string_view Writer::view() const {
    return depth_ == 0 ? out_.view() : std::string_view();
}

void Writer::open(char bracket) {
    separate();
    out_ << bracket;
    ++depth_;
}

void Writer::close(char bracket) {
    out_ << bracket;
    --depth_;
}

// A comma, unless the next value is the first in its object or array, or the value of a key.
void Writer::separate() {
    const std::string_view written = out_.view();
    if (written.empty()) return;
    const char last = written.back();
    if (last != '{' && last != '[' && last != ':') out_ << ',';
}

void Writer::put_escaped(std::string_view text) {
    while (!text.empty()) {
        const std::size_t plain = plain_length(text);
        out_ << slice(text, 0, plain);
        text.remove_prefix(plain);
        if (text.empty()) return;
        if (must_be_escaped(text.front())) {
            put_escape(out_, text.front());
        } else {
            out_ << "\xEF\xBF\xBD";  // kReplacement
        }
        text.remove_prefix(1);
    }
}

void Writer::put_string(std::string_view text) {
    out_ << '"';
    put_escaped(text);
    out_ << '"';
}

void Writer::put_string(const String& text) {
    out_ << '"';
    Pieces pieces(text);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        while (!piece.empty()) {
            const std::size_t open = open_length(piece);
            put_escaped(slice(piece, 0, open));
            piece.remove_prefix(open);
            piece.remove_prefix(hidden_length(piece));
        }
    }
    out_ << '"';
}

}  // namespace cmagent::json
