#pragma once
// Reading JSON (RFC 8259) from text and tokens that the caller owns. The calls have the names and
// the meanings of cJSON. The differences:
//
// - No heap. The values are jsmn's tokens in the caller's storage, where cJSON has a tree. Nothing
//   is owned, so there is no cJSON_Delete; an Item is valid as long as the text and the tokens are.
// - Instead of NULL there is an Item that is none. Every call takes it and answers as cJSON does
//   for NULL, so GetStringValue(GetObjectItem(GetArrayItem(list, 0), "a")) is safe.
// - Strict: RFC 8259 and valid UTF-8, nothing else. cJSON takes 01, 1., control characters in
//   strings, broken UTF-8, and any text behind the value. Both read over a byte order mark in front
//   (§8.1 permits it).
// - Limits: kMaxText, kMaxDepth, and the tokens. cJSON allows 1000 levels, by recursion; there is
//   none here.
// - A failure says why and where: an Error, a line and a column.
// - A string is not char*, but a String: a view with the escapes unresolved. unescape() resolves
//   them into a buffer. \u0000 does not end a string.
// - Half a surrogate pair (\ud800) is accepted, as the grammar does, and means U+FFFD. cJSON
//   refuses the text.
// - Numbers keep their text. cJSON has a double and a saturated int; here GetIntegerValue is exact
//   over 64 bits, and GetNumberValue gives NaN for a number that no finite double stands for.
// - item.name() is item->string; for (Item element : ArrayForEach(list)) is cJSON_ArrayForEach.
// - No IsRaw, IsReference, Compare, no changing and no printing: write.h prints. The other
//   accessors are there as a whole, also those that the agent does not use yet; the linker drops
//   them.
//
// As in cJSON: the first of several members with the same name counts; GetObjectItem ignores the
// case of ASCII letters, GetObjectItemCaseSensitive does not; GetArraySize and GetArrayItem take
// objects too.

#define JSMN_HEADER
#include <jsmn.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/base/span.h"
#include "agent/json/string.h"

namespace cmagent::json {

// The largest body of the contract: 64 KiB.
inline constexpr std::size_t kMaxText = std::size_t{64} * 1024;
// Levels of brackets. The documented bodies have eight.
inline constexpr int kMaxDepth = 64;
// No text within kMaxText needs more tokens: at its densest, [0,0,0, it has one for two bytes. One
// more is the reader's own.
inline constexpr std::size_t kMaxTokens = kMaxText / 2 + 2;

using Token = jsmntok_t;

// The caller's tokens: one for each object, array, string (a member's name too), number, true,
// false, null.
using Tokens = Span<Token>;

enum class Error : std::uint8_t {
    none,
    empty,            // nothing but white space
    too_long,         // more than kMaxText bytes
    too_deep,         // more than kMaxDepth levels
    too_many_values,  // more than there are tokens
    unexpected_end,   // the text ends within a value
    expected_value,
    expected_name,  // of an object's member
    expected_colon,
    expected_comma,  // or the bracket that closes
    bad_number,
    bad_escape,         // in a string: \ with something that no escape has
    control_character,  // in a string: below U+0020, must be escaped
    bad_utf8,           // in a string
    text_behind_value,
};

// In English, for a log or standard error: "expected a comma or a closing bracket". Ends with a
// zero.
[[nodiscard]] const char* describe(Error error);

// Both from 1; the column counts characters, not bytes.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
};

// Where the byte `offset` of `text` stands.
[[nodiscard]] Position position(std::string_view text, std::size_t offset);

// A value in a parsed text, or none. Two pointers: cheap to copy.
class Item {
  public:
    constexpr Item() = default;
    constexpr Item(const char* text, const Token* token) : text_(text), token_(token) {}

    explicit operator bool() const { return token_ != nullptr; }

    // The name, where the item is a member of an object.
    [[nodiscard]] String name() const {
        if (token_ == nullptr) return {};
        // The root has a token before it, too: see parse().
        const Token& before = token_[-1];
        return before.type == JSMN_STRING && before.size >= kTokenOfValue ? string(before)
                                                                          : String();
    }

    // The value as a string, which it is.
    [[nodiscard]] String string() const { return string(*token_); }

    // Of an item that is a member of an object: its name, and how many tokens it takes with all that
    // it holds.
    [[nodiscard]] String member_name() const { return string(token_[-1]); }
    [[nodiscard]] int member_tokens() const {
        return static_cast<int>(static_cast<unsigned>(token_[-1].size) / kTokenOfValue);
    }

    // The value as it stands in the text; of a string the part between the quotes. Empty for none.
    [[nodiscard]] std::string_view raw() const {
        return token_ == nullptr ? std::string_view() : between(*token_);
    }

    // Where the value begins in the text (a string: behind the quote): for position().
    [[nodiscard]] std::size_t offset() const {
        return token_ == nullptr ? 0 : static_cast<std::size_t>(token_->start);
    }

    // Whether there is a value, and of this type.
    [[nodiscard]] bool is(jsmntype_t type) const {
        return token_ != nullptr && token_->type == type;
    }

    // A shorter way to keep an item: as the number of its token, counted from that of another item
    // of the same text.
    [[nodiscard]] int number_from(Item first) const {
        return static_cast<int>(token_ - first.token_);
    }
    [[nodiscard]] Item at(int number) const { return {text_, token_ + number}; }

    // Of an item that is there: the caller has asked for its type before. (The analyzer does not
    // look into that question where it is asked too many calls deep.)
    // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn)
    [[nodiscard]] const Token& token() const { return *token_; }

    // The size of a string's token, where jsmn has 1 for a name, else 0: of a name so much for each
    // token of its value, and kEscaped more where there are escapes in it.
    static constexpr int kTokenOfValue = 2;
    static constexpr int kEscaped = 1;

  private:
    [[nodiscard]] String string(const Token& token) const {
        return {between(token), (token.size & kEscaped) != 0};
    }
    [[nodiscard]] std::string_view between(const Token& token) const {
        return {text_ + token.start, static_cast<std::size_t>(token.end - token.start)};
    }

    const char* text_ = nullptr;
    const Token* token_ = nullptr;
};

struct Parsed {
    Item root;  // none on an error
    Error error = Error::none;
    Position where;  // of the error

    explicit operator bool() const { return error == Error::none; }
};

// One linear pass, 16 bytes of tokens a value, no other memory. On an error the tokens are
// undefined.
[[nodiscard]] Parsed parse(std::string_view text, Tokens tokens);

// True for none.
[[nodiscard]] inline bool IsInvalid(Item item) {
    return !item;
}
[[nodiscard]] bool IsFalse(Item item);
[[nodiscard]] bool IsTrue(Item item);
[[nodiscard]] bool IsBool(Item item);
[[nodiscard]] bool IsNull(Item item);
[[nodiscard]] bool IsNumber(Item item);
[[nodiscard]] inline bool IsString(Item item) {
    return item.is(JSMN_STRING);
}
[[nodiscard]] inline bool IsArray(Item item) {
    return item.is(JSMN_ARRAY);
}
[[nodiscard]] inline bool IsObject(Item item) {
    return item.is(JSMN_OBJECT);
}

// The elements of an array or members of an object; 0 for anything else.
[[nodiscard]] inline int GetArraySize(Item list) {
    return IsArray(list) || IsObject(list) ? list.token().size : 0;
}
[[nodiscard]] Item GetArrayItem(Item list, int index);
[[nodiscard]] Item GetObjectItem(Item object, std::string_view name);
[[nodiscard]] Item GetObjectItemCaseSensitive(Item object, std::string_view name);
[[nodiscard]] Item GetObjectItemCaseSensitive(Item object, const char* name);
[[nodiscard]] bool HasObjectItem(Item object, std::string_view name);

// No string for anything else.
[[nodiscard]] inline String GetStringValue(Item item) {
    return IsString(item) ? item.string() : String();
}
// NaN for anything else, and for numbers that no finite double or more than 127 digits stand for.
[[nodiscard]] double GetNumberValue(Item item);
// Not in cJSON: exact. Nothing where there is a fraction, an exponent or more than 64 bits.
[[nodiscard]] std::optional<std::int64_t> GetIntegerValue(Item item);

// How many tokens an item takes with all that it holds. Another item must follow it.
[[nodiscard]] int tokens_of_list(Item list);
[[nodiscard]] inline int tokens_of(Item item) {
    return IsArray(item) || IsObject(item) ? tokens_of_list(item) : 1;
}

// for (Item element : ArrayForEach(list)): the elements of an array, the values of an object's
// members. Nothing for anything else. An object costs a look at each member, an array at most one at
// every token within it.
class ArrayForEach {
  public:
    explicit ArrayForEach(Item list) : list_(list) {}

    struct End {};
    class Iterator {
      public:
        explicit Iterator(Item list)
            : left_(GetArraySize(list)), names_(IsObject(list) ? 1 : 0), item_(list) {
            if (left_ > 0) item_ = list.at(1 + names_);
        }
        Item operator*() const { return item_; }
        Iterator& operator++() {
            if (--left_ > 0) item_ = item_.at(tokens() + names_);
            return *this;
        }
        bool operator!=(End) const { return left_ > 0; }

      private:
        [[nodiscard]] int tokens() const {
            return names_ > 0 ? item_.member_tokens() : tokens_of(item_);
        }

        int left_;
        int names_;  // that stand before each item
        Item item_;
    };

    [[nodiscard]] Iterator begin() const { return Iterator(list_); }
    [[nodiscard]] End end() const { return {}; }

  private:
    Item list_;
};

// Not in cJSON: names that the local API and the configuration refuse, although they are JSON.
enum class NameFault : std::uint8_t { none, repeated, too_many };

// An object with more members than this counts as faulty, for finding repeated names among n
// members takes n²/2 comparisons without a heap. The largest that the contract knows has 32.
inline constexpr int kMaxUniqueNames = 64;

struct CheckedNames {
    NameFault fault = NameFault::none;
    Item member;  // the first that is too much
};

// Looks at every object of the text whose root this is.
[[nodiscard]] CheckedNames check_names(Item root);

}  // namespace cmagent::json
