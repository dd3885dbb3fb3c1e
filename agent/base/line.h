#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"

namespace cmagent {

// A line of text for a person, put together in a caller's buffer. What does not fit is cut off, and the line then
// ends in "...": to be used where a cut does no harm.
class Line {
  public:
    explicit Line(Buffer buffer) : buffer_(buffer) {}

    Line& operator<<(std::string_view text);
    Line& operator<<(const char* text);
    Line& operator<<(std::int64_t number);

    [[nodiscard]] std::string_view view() const { return {buffer_.data, size_}; }

  private:
    Buffer buffer_;
    std::size_t size_ = 0;
};

}  // namespace cmagent
