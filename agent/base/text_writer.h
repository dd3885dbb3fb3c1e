#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "agent/base/span.h"
#include "agent/base/text.h"

namespace cmagent {

// How a writer deals with a text that is longer than its buffer.
enum class WhenFull : std::uint8_t {
    refuse,  // view() is empty: for programs, to which half a text would mean something else
    cut,     // the text ends where the buffer does: for a reader who does not miss the rest
    mark,    // the text is cut, and ends in "...": the reader sees that there was more
};

// Puts a text together in a caller's buffer, which must live as long as the writer. After the first
// part that does not fit, all further parts are left out: a text never has a gap. A cut leaves no
// part of a UTF-8 sequence behind.
class TextWriter {
  public:
    explicit TextWriter(Buffer buffer, WhenFull when_full = WhenFull::refuse)
        : buffer_(buffer), when_full_(when_full) {}

    TextWriter& operator<<(std::string_view text);
    TextWriter& operator<<(const char* text);
    TextWriter& operator<<(char c);
    // Writes a number in decimal, within the range of std::int64_t.
    template <class Integer, class = std::enable_if_t<std::is_integral_v<Integer>>>
    TextWriter& operator<<(Integer number) {
        static_assert(!std::is_same_v<Integer, bool>, "true or false is a word, not a number");
        return put_decimal(static_cast<std::int64_t>(number));
    }

    // Whether everything has fitted so far.
    [[nodiscard]] bool complete() const { return complete_; }
    [[nodiscard]] std::string_view view() const;

  private:
    TextWriter& put_decimal(std::int64_t number);
    void put_mark();

    Buffer buffer_;
    std::size_t size_ = 0;
    WhenFull when_full_;
    bool complete_ = true;
};

// Assigns as much of a text as fits, up to a whole character. It must not be of `into` itself.
void assign_cut(AnyText into, std::string_view text);

}  // namespace cmagent
