#include <cstring>

#include "agent/json/read.h"
#include "agent/json/utf8.h"

namespace cmagent::json {
namespace {

// Text is looked at a machine word at a time. The byte that comes first is the lowest one, whatever the
// order of the machine.
using Word = std::size_t;
constexpr Word kOnes = ~Word{0} / 0xFF;

Word load(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = sizeof word == 8 ? __builtin_bswap64(word) : __builtin_bswap32(word);
#endif
    return word;
}

// What cannot simply be read over in a string: quote, backslash, control characters, all beyond ASCII.
constexpr bool is_special(char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x80 ||
           c == '"' || c == '\\';
}

// The lowest bit that is set is the top bit of the first special byte. Higher ones may be wrong: a
// subtraction borrows from the byte above, but only where its own one is special.
constexpr Word special_bits(Word text) {
    const Word control = text - kOnes * 0x20;
    const Word quote = (text ^ (kOnes * '"')) - kOnes;
    const Word backslash = (text ^ (kOnes * '\\')) - kOnes;
    return (control | quote | backslash | text) & (kOnes * 0x80);
}

const char* skip_plain(const char* at, const char* end) {
    for (; static_cast<std::size_t>(end - at) >= sizeof(Word); at += sizeof(Word)) {
        const Word special = special_bits(load(at));
        if (special != 0) return at + __builtin_ctzll(special) / 8;
    }
    while (at < end && !is_special(*at)) ++at;
    return at;
}

constexpr bool is_white(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

const char* skip_white(const char* at, const char* end) {
    while (at < end && is_white(*at)) {
        ++at;
        // Indentation.
        while (static_cast<std::size_t>(end - at) >= sizeof(Word) && load(at) == kOnes * ' ') {
            at += sizeof(Word);
        }
    }
    return at;
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Checks the grammar and fills the tokens in one pass. Open brackets need no stack: until its end is
// known, the token of an open object or array keeps in `end` the number of the one that it lies in. The
// first token is no value: it stands for what the root lies in, so that there always is an open one.
class Tokenizer {
  public:
    // At least one token.
    Tokenizer(std::string_view text, Tokens tokens)
        : begin_(text.data()),
          at_(begin_),
          end_(begin_ + text.size()),
          tokens_(tokens.data),
          next_(tokens.data),
          last_(tokens.data + tokens.size),
          open_(tokens.data) {
        add(JSMN_UNDEFINED, 0, 0, 0);
    }

    Error text();
    [[nodiscard]] int count() const { return static_cast<int>(next_ - tokens_) - 1; }
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

  private:
    Error value();
    Error name();
    Error open(jsmntype_t type);
    Error close();
    Error string(int size);
    [[gnu::noinline]] Error special();  // rare: keeps string() small and fast
    Error escape();
    Error number();
    Error digits();
    Error literal(std::string_view word);

    Error add(jsmntype_t type, int start, int end, int size) {
        if (next_ == last_) return Error::too_many_values;
        *next_++ = {type, start, end, size};
        return Error::none;
    }
    Error add_up_to_here(jsmntype_t type, const char* start, int size) {
        return add(type, static_cast<int>(start - begin_), static_cast<int>(at_ - begin_), size);
    }

    // The next byte; zero, which no place outside a string accepts, at the end.
    [[nodiscard]] char peek() const { return at_ < end_ ? *at_ : '\0'; }
    [[nodiscard]] Error unless_end(Error error) const {
        return at_ < end_ ? error : Error::unexpected_end;
    }
    void skip_digits() {
        while (is_digit(peek())) ++at_;
    }
    void skip_space() {
        if (peek() <= ' ') at_ = skip_white(at_, end_);
    }

    const char* const begin_;
    const char* at_;
    const char* const end_;
    Token* const tokens_;
    Token* next_;
    Token* const last_;
    Token* open_;  // the innermost open object or array
    int depth_ = 0;
};

Error Tokenizer::text() {
    if (end_ - begin_ >= 3 && std::memcmp(begin_, "\xEF\xBB\xBF", 3) == 0)
        at_ += 3;  // byte order mark
    skip_space();
    if (at_ == end_) return Error::empty;
    do {
        if (const Error error = value(); error != Error::none) return error;
        if (const Error error = close(); error != Error::none) return error;
    } while (open_ != tokens_);
    skip_space();
    return at_ == end_ ? Error::none : Error::text_behind_value;
}

// Reads up to the end of a scalar or to the bracket that closes an empty object or array: all brackets
// that open before it, and the names in between.
Error Tokenizer::value() {
    for (;;) {
        ++open_->size;
        if (open_->type == JSMN_OBJECT) {
            if (const Error error = name(); error != Error::none) return error;
        }
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
    Token* const token = next_;
    const Error error =
        add(type, static_cast<int>(at_ - begin_), static_cast<int>(open_ - tokens_), 0);
    if (error != Error::none) return error;
    open_ = token;
    ++depth_;
    ++at_;
    skip_space();
    return Error::none;
}

// Behind a value: the brackets that close, up to the comma that another value follows.
Error Tokenizer::close() {
    while (open_ != tokens_) {
        skip_space();
        const char c = peek();
        if (c == ',') {
            ++at_;
            skip_space();
            return Error::none;
        }
        if (c != (open_->type == JSMN_OBJECT ? '}' : ']')) return unless_end(Error::expected_comma);
        ++at_;
        Token* const outer = tokens_ + open_->end;
        open_->end = static_cast<int>(at_ - begin_);
        open_ = outer;
        --depth_;
    }
    return Error::none;
}

Error Tokenizer::string(int size) {
    const char* const start = ++at_;
    for (;;) {
        at_ = skip_plain(at_, end_);
        if (peek() == '"') break;
        if (const Error error = special(); error != Error::none) return error;
    }
    const Error error = add_up_to_here(JSMN_STRING, start, size);
    ++at_;
    return error;
}

// An escape, a character beyond ASCII, or what may not stand in a string.
Error Tokenizer::special() {
    if (at_ == end_) return Error::unexpected_end;
    if (*at_ == '\\') return escape();
    if (static_cast<unsigned char>(*at_) < 0x20) return Error::control_character;
    const std::size_t length = sequence_length({at_, static_cast<std::size_t>(end_ - at_)});
    at_ += length;
    return length == 0 ? Error::bad_utf8 : Error::none;
}

Error Tokenizer::escape() {
    ++at_;
    if (at_ == end_) return Error::unexpected_end;
    if (*at_ != 'u') {
        if (std::memchr("\"\\/bfnrt", *at_, 8) == nullptr) return Error::bad_escape;
        ++at_;
        return Error::none;
    }
    ++at_;
    for (int i = 0; i < 4; ++i, ++at_) {
        if (!is_hex_digit(peek())) return unless_end(Error::bad_escape);
    }
    return Error::none;
}

// RFC 8259 §6. What follows a number is not looked at: 01 fails on the 1, where a comma would have to
// be.
Error Tokenizer::number() {
    const char* const start = at_;
    if (peek() == '-') ++at_;
    if (!is_digit(peek())) {
        return unless_end(at_ == start ? Error::expected_value : Error::bad_number);
    }
    if (*at_ == '0') {
        ++at_;
    } else {
        skip_digits();
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
    return add_up_to_here(JSMN_PRIMITIVE, start, 0);
}

// At least one.
Error Tokenizer::digits() {
    if (!is_digit(peek())) return unless_end(Error::bad_number);
    skip_digits();
    return Error::none;
}

Error Tokenizer::literal(std::string_view word) {
    const char* const start = at_;
    for (const char c : word) {
        if (peek() != c) return unless_end(Error::expected_value);
        ++at_;
    }
    return add_up_to_here(JSMN_PRIMITIVE, start, 0);
}

}  // namespace

Parsed parse(std::string_view text, Tokens tokens) {
    if (text.size() > kMaxText) return {{}, Error::too_long, position(text, kMaxText)};
    if (tokens.size == 0) return {{}, Error::too_many_values, {}};
    Tokenizer tokenizer(text, tokens);
    const Error error = tokenizer.text();
    if (error != Error::none) return {{}, error, position(text, tokenizer.offset())};
    tokens.data->size = tokenizer.count();
    return {Item(text.data(), tokens.data + 1), Error::none, {}};
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
    constexpr const char* kDescriptions[] = {
        "no error",
        "no value",
        "longer than 64 KiB",
        "more than 64 levels of brackets",
        "too many values",
        "the text ends too early",
        "expected a value",
        "expected a name in double quotes",
        "expected a colon",
        "expected a comma or a closing bracket",
        "expected a digit",
        "unknown escape in a string",
        "control character in a string",
        "not UTF-8",
        "text behind the value",
    };
    return kDescriptions[static_cast<std::size_t>(error)];
}

}  // namespace cmagent::json
