#pragma once
// A string of a parsed JSON text, as a view: nothing is copied, escapes stay as they are until
// unescape() or Pieces resolves them.

#include <optional>
#include <string_view>

#include "agent/base/text.h"

namespace cmagent::json {

class String {
  public:
    // No string at all, which is not the same as an empty one.
    constexpr String() = default;

    // `raw` is the part between the quotes of a string in a text that parse() has accepted.
    explicit constexpr String(std::string_view raw) : raw_(raw) {}

    // Whether there is a string, be it empty.
    explicit operator bool() const { return raw_.data() != nullptr; }

    // As it stands in the text, escapes unresolved.
    [[nodiscard]] std::string_view raw() const { return raw_; }

    // Whether raw() holds escapes, and so differs from the plain text.
    [[nodiscard]] bool escaped() const {
        return !raw_.empty() && std::memchr(raw_.data(), '\\', raw_.size()) != nullptr;
    }

    // Whether the string means this plain text. The second ignores the case of ASCII letters.
    [[nodiscard]] bool equals(std::string_view text) const;
    [[nodiscard]] bool equals_ignoring_case(std::string_view text) const;
    [[nodiscard]] bool equals(const String& other) const;

  private:
    std::string_view raw_;
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
    explicit Pieces(const String& text) : rest_(text.raw()) {}

    // Empty at the end. The view is good until the next call.
    [[nodiscard]] std::string_view next();

  private:
    char32_t escape();
    char32_t code_unit();

    std::string_view rest_;
    char bytes_[4] = {};
};

}  // namespace cmagent::json
