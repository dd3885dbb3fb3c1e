#pragma once
// A string of a parsed JSON text, as a view: nothing is copied, escapes stay as they are until
// unescape() or Pieces resolves them.

#include <cstddef>
#include <optional>
#include <string_view>

#include "agent/base/text.h"

namespace cmagent::json {

class String {
  public:
    // No string at all, which is not the same as an empty one.
    constexpr String() = default;

    // `raw` is the part between the quotes of a string in a text that parse() has accepted.
    explicit constexpr String(std::string_view raw)
        : String(raw, raw.find('\\') != std::string_view::npos) {}
    // `escaped`: known from somewhere, for instance from the token.
    constexpr String(std::string_view raw, bool escaped)
        : begin_(raw.data()), size_(raw.size() << 1 | (escaped ? 1 : 0)) {}

    // Whether there is a string, be it empty.
    explicit operator bool() const { return begin_ != nullptr; }

    // As it stands in the text, escapes unresolved.
    [[nodiscard]] std::string_view raw() const { return {begin_, size_ >> 1}; }

    // Whether raw() holds escapes, and so differs from the plain text.
    [[nodiscard]] bool escaped() const { return (size_ & 1) != 0; }

    // Whether the string means this plain text. The second ignores the case of ASCII letters.
    [[nodiscard]] bool equals(std::string_view text) const;
    [[nodiscard]] bool equals_ignoring_case(std::string_view text) const;
    [[nodiscard]] bool equals(const String& other) const;

  private:
    // Two words: on processors of 64 bits such a struct is passed in registers.
    const char* begin_ = nullptr;
    std::size_t size_ = 0;  // twice the number of bytes; the lowest bit: escaped
};

// The plain text, as UTF-8: a view of the text itself where there is nothing to resolve (`buffer`
// is not touched), else of `buffer`. Nothing where the buffer is too small; raw().size() bytes are
// always enough. \u0000 gives a zero byte; half a surrogate pair gives U+FFFD.
[[nodiscard]] std::optional<std::string_view> unescape(const String& text, Buffer buffer);
// The same into text kept by value; false, and `out` unchanged, where it does not fit.
[[nodiscard]] bool unescape(const String& text, AnyText out);

// Walks over a string and resolves its escapes on the way, in pieces of plain UTF-8: a run that
// holds no escape (a view of the text), or the up to four bytes that one escape stands for.
class Pieces {
  public:
    explicit Pieces(const String& text) : rest_(text.raw()), escaped_(text.escaped()) {}

    // Empty at the end. The view is good until the next call.
    [[nodiscard]] std::string_view next();

  private:
    char32_t escape();
    char32_t code_unit();

    std::string_view rest_;
    bool escaped_;
    char bytes_[4] = {};
};

}  // namespace cmagent::json
