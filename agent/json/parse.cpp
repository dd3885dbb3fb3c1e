#include <cstring>

#include "agent/json/read.h"
#include "agent/json/utf8.h"

namespace cmagent::json {
namespace {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Checks the grammar and fills the tokens in one pass. Open brackets need no stack: until its end
// is known, the token of an open object or array keeps in `end` which token it lies in.
class Tokenizer {
  public:
    Tokenizer(std::string_view text, Tokens tokens)
        : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), tokens_(tokens) {}

    Error text();
    [[nodiscard]] int count() const { return count_; }
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

  private:
    Error value();
    Error name();
    Error open(jsmntype_t type);
    Error close_and_continue();
    Error string(int size);
    Error escape();
    Error number();
    Error digits();
    Error literal(std::string_view word);
    Error add(Token token);

    [[nodiscard]] bool inside(jsmntype_t type) const {
        return open_ >= 0 && tokens_.data[open_].type == type;
    }
    // The next byte; zero, which no place outside a string accepts, at the end.
    [[nodiscard]] char peek() const { return at_ < end_ ? *at_ : '\0'; }
    [[nodiscard]] Error unless_end(Error error) const {
        return at_ < end_ ? error : Error::unexpected_end;
    }
    void skip_space() {
        while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }
    [[nodiscard]] int position_of(const char* at) const { return static_cast<int>(at - begin_); }

    const char* begin_;
    const char* at_;
    const char* end_;
    Tokens tokens_;
    int count_ = 0;
    int open_ = -1;  // the innermost open object or array
    int depth_ = 0;
};

Error Tokenizer::text() {
    if (slice({begin_, static_cast<std::size_t>(end_ - begin_)}, 0, 3) == "\xEF\xBB\xBF") at_ += 3;
    skip_space();
    if (at_ == end_) return Error::empty;
    do {
        if (const Error error = value(); error != Error::none) return error;
        if (const Error error = close_and_continue(); error != Error::none) return error;
    } while (open_ >= 0);
    skip_space();
    return at_ == end_ ? Error::none : Error::text_behind_value;
}

// Reads up to the end of a scalar or to the bracket that closes an empty object or array: all
// brackets that open before it, and the names in between.
Error Tokenizer::value() {
    for (;;) {
        if (inside(JSMN_OBJECT)) {
            if (const Error error = name(); error != Error::none) return error;
        }
        if (open_ >= 0) ++tokens_.data[open_].size;
        switch (peek()) {
            case '{':
                if (const Error error = open(JSMN_OBJECT); error != Error::none) return error;
                if (peek() == '}') return Error::none;
                break;
            case '[':
                if (const Error error = open(JSMN_ARRAY); error != Error::none) return error;
                if (peek() == ']') return Error::none;
                break;
            case '"':
                return string(0);
            case 't':
                return literal("true");
            case 'f':
                return literal("false");
            case 'n':
                return literal("null");
            default:
                return number();
        }
    }
}

// "name" :
Error Tokenizer::name() {
    if (peek() != '"') return unless_end(Error::expected_name);
    if (const Error error = string(1); error != Error::none) return error;
    skip_space();
    if (peek() != ':') return unless_end(Error::expected_colon);
    ++at_;
    skip_space();
    return Error::none;
}

Error Tokenizer::open(jsmntype_t type) {
    if (depth_ == kMaxDepth) return Error::too_deep;
    if (const Error error = add({type, position_of(at_), open_, 0}); error != Error::none)
        return error;
    open_ = count_ - 1;
    ++depth_;
    ++at_;
    skip_space();
    return Error::none;
}

// Behind a value: the brackets that close, up to the comma that another value follows.
Error Tokenizer::close_and_continue() {
    while (open_ >= 0) {
        Token& token = tokens_.data[open_];
        skip_space();
        const char c = peek();
        if (c == ',') {
            ++at_;
            skip_space();
            return Error::none;
        }
        if (c != (token.type == JSMN_OBJECT ? '}' : ']')) return unless_end(Error::expected_comma);
        ++at_;
        open_ = token.end;
        token.end = position_of(at_);
        --depth_;
    }
    return Error::none;
}

Error Tokenizer::string(int size) {
    const char* const start = ++at_;
    while (at_ < end_) {
        const auto c = static_cast<unsigned char>(*at_);
        if (c == '"') {
            if (const Error error = add({JSMN_STRING, position_of(start), position_of(at_), size});
                error != Error::none)
                return error;
            ++at_;
            return Error::none;
        }
        if (c == '\\') {
            if (const Error error = escape(); error != Error::none) return error;
        } else if (c < 0x20) {
            return Error::control_character;
        } else if (c < 0x80) {
            ++at_;
        } else {
            const std::size_t length = sequence_length({at_, static_cast<std::size_t>(end_ - at_)});
            if (length == 0) return Error::bad_utf8;
            at_ += length;
        }
    }
    return Error::unexpected_end;
}

Error Tokenizer::escape() {
    ++at_;
    const char kind = peek();
    if (at_ == end_) return Error::unexpected_end;
    if (kind != 'u') {
        if (std::memchr("\"\\/bfnrt", kind, 8) == nullptr) return Error::bad_escape;
        ++at_;
        return Error::none;
    }
    ++at_;
    for (int i = 0; i < 4; ++i, ++at_) {
        if (!is_hex_digit(peek())) return unless_end(Error::bad_escape);
    }
    return Error::none;
}

// RFC 8259 §6. What follows a number is not looked at: 01 fails on the 1, where a comma would have
// to be.
Error Tokenizer::number() {
    const char* const start = at_;
    if (peek() == '-') ++at_;
    if (!is_digit(peek()))
        return unless_end(at_ == start ? Error::expected_value : Error::bad_number);
    if (*at_ == '0') {
        ++at_;
    } else if (const Error error = digits(); error != Error::none) {
        return error;
    }
    if (peek() == '.') {
        ++at_;
        if (const Error error = digits(); error != Error::none) return error;
    }
    if (peek() == 'e' || peek() == 'E') {
        ++at_;
        if (peek() == '+' || peek() == '-') ++at_;
        if (const Error error = digits(); error != Error::none) return error;
    }
    return add({JSMN_PRIMITIVE, position_of(start), position_of(at_), 0});
}

// At least one.
Error Tokenizer::digits() {
    if (!is_digit(peek())) return unless_end(Error::bad_number);
    while (is_digit(peek())) ++at_;
    return Error::none;
}

Error Tokenizer::literal(std::string_view word) {
    const char* const start = at_;
    for (const char c : word) {
        if (peek() != c) return unless_end(Error::expected_value);
        ++at_;
    }
    return add({JSMN_PRIMITIVE, position_of(start), position_of(at_), 0});
}

Error Tokenizer::add(Token token) {
    if (static_cast<std::size_t>(count_) == tokens_.size) return Error::too_many_values;
    tokens_.data[count_++] = token;
    return Error::none;
}

}  // namespace

Parsed parse(std::string_view text, Tokens tokens) {
    if (text.size() > kMaxText) return {{}, Error::too_long, position(text, kMaxText)};
    Tokenizer tokenizer(text, tokens);
    const Error error = tokenizer.text();
    if (error != Error::none) return {{}, error, position(text, tokenizer.offset())};
    return {Item(text.data(), tokens.data, tokenizer.count(), 0), Error::none, {}};
}

Position position(std::string_view text, std::size_t offset) {
    Position result;
    for (const char c : slice(text, 0, offset)) {
        if (c == '\n') {
            ++result.line;
            result.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {  // no continuation byte
            ++result.column;
        }
    }
    return result;
}

const char* describe(Error error) {
    switch (error) {
        case Error::none:
            return "no error";
        case Error::empty:
            return "no value";
        case Error::too_long:
            return "longer than 64 KiB";
        case Error::too_deep:
            return "more than 64 levels of brackets";
        case Error::too_many_values:
            return "too many values";
        case Error::unexpected_end:
            return "the text ends too early";
        case Error::expected_value:
            return "expected a value";
        case Error::expected_name:
            return "expected a name in double quotes";
        case Error::expected_colon:
            return "expected a colon";
        case Error::expected_comma:
            return "expected a comma or a closing bracket";
        case Error::bad_number:
            return "expected a digit";
        case Error::bad_escape:
            return "unknown escape in a string";
        case Error::control_character:
            return "control character in a string";
        case Error::bad_utf8:
            return "not UTF-8";
        case Error::text_behind_value:
            return "text behind the value";
    }
    return "";
}

}  // namespace cmagent::json
