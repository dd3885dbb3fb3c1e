#include <cstring>

#include "agent/base/names.h"
#include "agent/base/utf8.h"
#include "agent/json/read.h"
#include "agent/json/scan.h"

namespace cmagent::json {
namespace {

// Checks the grammar and fills the tokens in one pass. Open brackets need no stack: until its end
// is known, the token of an open object or array keeps in `end` the number of the token that it
// lies in. The first token is no value: it stands for the outside of the root, so that there always
// is an open token.
//
// All of it becomes one function with these members in registers. So nobody else is given its
// address: the scanners leave their fault elsewhere.
class Tokenizer {
  public:
    // At least one token.
    Tokenizer(std::string_view text, Tokens tokens, Fault& fault)
        : begin_(text.data()),
          at_(begin_),
          end_(begin_ + text.size()),
          words_(words_end(begin_, end_)),
          tokens_(tokens.data),
          next_(tokens.data + 1),
          last_(tokens.data + tokens.size),
          open_(tokens.data),
          fault_(fault) {
        *open_ = {JSMN_UNDEFINED, 0, 0, 0};
    }

    Error text();
    [[nodiscard]] int count() const { return static_cast<int>(next_ - tokens_) - 1; }
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

  private:
    Error value();
    Error name();
    [[gnu::always_inline]] inline Error open(jsmntype_t type);
    Error close();
    // `size`: kTokenOfValue of a name, 0 of a value.
    [[gnu::always_inline]] inline Error string(int size);
    Error primitive();
    [[gnu::always_inline]] inline Error add(jsmntype_t type, const char* start, const char* end,
                                            int size);

    // The next byte that is no white space; zero, which no place accepts, at the end.
    [[gnu::always_inline]] inline char look();
    // The same, where one that most often comes has no white space before it.
    [[gnu::always_inline]] inline char look_for(char likely) {
        return at_ < end_ && *at_ == likely ? likely : look();
    }
    [[nodiscard]] Error unless_end(Error error) const {
        return at_ < end_ ? error : Error::unexpected_end;
    }
    Error fail() {
        at_ = fault_.at;
        return fault_.error;
    }

    const char* const begin_;
    const char* at_;
    const char* const end_;
    const char* const words_;
    Token* const tokens_;
    Token* next_;
    Token* const last_;
    Token* open_;  // the innermost open object or array
    int depth_ = 0;
    Fault& fault_;
};

char Tokenizer::look() {
    if (at_ == end_) return '\0';
    // Bodies that nobody is meant to read have no white space: most often there is none.
    const char c = *at_;
    if (static_cast<unsigned char>(c) > ' ') return c;
    at_ = skip_blanks(at_, end_);
    return peek(at_, end_);
}

Error Tokenizer::text() {
    if (end_ - begin_ >= 3 && std::memcmp(begin_, "\xEF\xBB\xBF", 3) == 0) at_ += 3;
    at_ = skip_blanks(at_, end_);
    if (at_ == end_) return Error::empty;
    do {
        if (const Error error = value(); error != Error::none) return error;
        if (const Error error = close(); error != Error::none) return error;
    } while (open_ != tokens_);
    at_ = skip_blanks(at_, end_);
    return at_ == end_ ? Error::none : Error::text_behind_value;
}

// Reads up to the end of a scalar or to the bracket that closes an empty object or array: all
// brackets that open before it, and the names in between.
Error Tokenizer::value() {
    for (;;) {
        ++open_->size;
        if (open_->type == JSMN_OBJECT) {
            if (const Error error = name(); error != Error::none) return error;
        }
        const char c = look_for('"');
        if (c == '"') return string(0);
        switch (c) {
            case '{':
                if (const Error error = open(JSMN_OBJECT); error != Error::none) return error;
                if (look() == '}') return Error::none;
                break;
            case '[':
                if (const Error error = open(JSMN_ARRAY); error != Error::none) return error;
                if (look() == ']') return Error::none;
                break;
            default:
                return primitive();
        }
    }
}

// "name" :
Error Tokenizer::name() {
    if (look_for('"') != '"') return unless_end(Error::expected_name);
    if (const Error error = string(Item::kTokenOfValue); error != Error::none) return error;
    if (look_for(':') != ':') return unless_end(Error::expected_colon);
    ++at_;
    return Error::none;
}

Error Tokenizer::open(jsmntype_t type) {
    if (depth_ == kMaxDepth) return Error::too_deep;
    Token* const token = next_;
    if (const Error error = add(type, at_, at_, 0); error != Error::none) return error;
    token->end = static_cast<int>(open_ - tokens_);
    open_ = token;
    ++depth_;
    ++at_;
    return Error::none;
}

// Behind a value: the brackets that close, up to the comma that another value follows.
Error Tokenizer::close() {
    while (open_ != tokens_) {
        const char c = look_for(',');
        if (c == ',') {
            ++at_;
            return Error::none;
        }
        if (c != (open_->type == JSMN_OBJECT ? '}' : ']')) return unless_end(Error::expected_comma);
        ++at_;
        Token* const outer = tokens_ + open_->end;
        open_->end = static_cast<int>(at_ - begin_);
        // The name knows of one token so far.
        if (outer->type == JSMN_OBJECT)
            open_[-1].size += static_cast<int>(next_ - open_ - 1) * Item::kTokenOfValue;
        open_ = outer;
        --depth_;
    }
    return Error::none;
}

Error Tokenizer::string(int size) {
    const char* const start = at_ + 1;
    const char* end = skip_plain(start, words_, end_);
    if (peek(end, end_) != '"') {
        end = scan_rest(end, end_, fault_);
        if (end == nullptr) return fail();
        const auto length = static_cast<std::size_t>(end - start);
        if (std::memchr(start, '\\', length) != nullptr) size += Item::kEscaped;
    }
    at_ = end + 1;
    return add(JSMN_STRING, start, end, size);
}

Error Tokenizer::primitive() {
    const char* const start = at_;
    const char* const end = scan_primitive(at_, end_, fault_);
    if (end == nullptr) return fail();
    at_ = end;
    return add(JSMN_PRIMITIVE, start, at_, 0);
}

Error Tokenizer::add(jsmntype_t type, const char* start, const char* end, int size) {
    if (next_ == last_) return Error::too_many_values;
    *next_++ = {type, static_cast<int>(start - begin_), static_cast<int>(end - begin_), size};
    return Error::none;
}

}  // namespace

Parsed parse(std::string_view text, Tokens tokens) {
    if (text.size() > kMaxText) return {{}, Error::too_long, position(text, kMaxText)};
    if (tokens.size == 0) return {{}, Error::too_many_values, {}};
    Fault fault;
    Tokenizer tokenizer(text, tokens, fault);
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
        } else if (!is_continuation(c)) {
            ++result.column;
        }
    }
    return result;
}

namespace {

using E = Error;
constexpr Named<E> kErrorNames[] = {
    {E::none, "no error"},
    {E::empty, "no value"},
    {E::too_long, "longer than 64 KiB"},
    {E::too_deep, "more than 64 levels of brackets"},
    {E::too_many_values, "too many values"},
    {E::unexpected_end, "the text ends too early"},
    {E::expected_value, "expected a value"},
    {E::expected_name, "expected a name in double quotes"},
    {E::expected_colon, "expected a colon"},
    {E::expected_comma, "expected a comma or a closing bracket"},
    {E::bad_number, "expected a digit"},
    {E::bad_escape, "unknown escape in a string"},
    {E::control_character, "control character in a string"},
    {E::bad_utf8, "not UTF-8"},
    {E::text_behind_value, "text behind the value"},
};
constexpr auto kErrors = names_of<kErrorNames>();

}  // namespace

const char* describe(Error error) {
    return kErrors[error].data();
}

}  // namespace cmagent::json
