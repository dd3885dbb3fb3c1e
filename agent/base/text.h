#pragma once
// Text without a heap: views, and text that is kept in a box of fixed size. The lowest layer, used
// by all others. std::string_view is used throughout, but not its throwing members (at, substr,
// copy): those would need the C++ run-time library. slice() takes the place of substr().

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "agent/base/span.h"

namespace cmagent {

// The part of `text` from `from` on, at most `count` bytes; empty where `from` lies beyond the end.
[[nodiscard]] constexpr std::string_view slice(std::string_view text, std::size_t from,
                                               std::size_t count = std::string_view::npos) {
    if (from >= text.size()) return {};
    const std::size_t rest = text.size() - from;
    return {text.data() + from, count < rest ? count : rest};
}

// The word with this number, from 0, in a list like "idle\0waiting\0cooling". An array of views
// would take 16 bytes more for each word: the view itself, and a note to the loader to put it right
// at the start of the program.
[[nodiscard]] std::string_view nth_word(const char* list, std::size_t number);

// How many words such a list has.
template <std::size_t N>
[[nodiscard]] constexpr std::size_t count_words(const char (&list)[N]) {
    std::size_t count = 0;
    for (const char c : list) count += c == '\0' ? 1 : 0;
    return count;
}

template <std::size_t N>
class Text;

// A reference to a Text of any size, to write to it: a function that takes one is compiled once for
// all sizes. Two words, cheap to copy.
class AnyText {
  public:
    template <std::size_t N>
    AnyText(Text<N>& text);

    [[nodiscard]] std::size_t capacity() const { return capacity_; }
    [[nodiscard]] std::size_t size() const { return *size_; }
    [[nodiscard]] char* bytes() const { return reinterpret_cast<char*>(size_ + 1); }
    void resize(std::size_t size) const { *size_ = static_cast<std::uint16_t>(size); }

  private:
    std::uint16_t* size_;
    std::size_t capacity_;
};

// The same to read it. One word: a view that is made for a call costs its caller 12 bytes more.
class ConstText {
  public:
    template <std::size_t N>
    ConstText(const Text<N>& text);

    [[nodiscard]] std::string_view view() const {
        return {reinterpret_cast<const char*>(size_ + 1), *size_};
    }

  private:
    const std::uint16_t* size_;
};

[[nodiscard]] bool operator==(ConstText a, std::string_view b);
[[nodiscard]] bool operator==(ConstText a, ConstText b);

// Text<N>::assign(), compiled once for all sizes.
[[nodiscard]] bool assign(AnyText into, std::string_view text);

// Text<N>::clear(), likewise.
void clear(AnyText text);

// Text of at most N bytes kept by value. Not zero-terminated. `assign` refuses, and leaves the text
// as it was, when it does not fit: nothing is ever cut silently. What a text no longer says is wiped:
// it may be a secret.
template <std::size_t N>
class Text {
    static_assert(N <= UINT16_MAX);

  public:
    constexpr Text() = default;

    [[nodiscard]] bool assign(std::string_view text) { return cmagent::assign(*this, text); }
    void clear() { cmagent::clear(*this); }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::string_view view() const { return {bytes_, size_}; }
    static constexpr std::size_t capacity() { return N; }

  private:
    friend class AnyText;
    friend class ConstText;

    std::uint16_t size_ = 0;
    char bytes_[N] = {};  // right behind the size: see AnyText
};

template <std::size_t N>
AnyText::AnyText(Text<N>& text) : size_(&text.size_), capacity_(N) {
    static_assert(offsetof(Text<N>, bytes_) == sizeof text.size_);
}
template <std::size_t N>
ConstText::ConstText(const Text<N>& text) : size_(&text.size_) {}

}  // namespace cmagent
