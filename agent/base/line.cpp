#include "agent/base/line.h"

#include <cinttypes>
#include <cstdio>
#include <cstring>

namespace cmagent {
namespace {

constexpr std::string_view kCut = "...";

// Where a text of `size` bytes may be cut without leaving part of a UTF-8 sequence behind.
std::size_t boundary(const char* text, std::size_t size) {
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return size;
}

}  // namespace

Line& Line::operator<<(std::string_view text) {
    const std::size_t room = buffer_.size - size_;
    const bool fits = text.size() <= room;
    const std::size_t size = fits ? text.size() : room;
    if (size > 0) std::memcpy(buffer_.data + size_, text.data(), size);
    size_ += size;
    if (!fits && buffer_.size >= kCut.size()) {
        size_ = boundary(buffer_.data, buffer_.size - kCut.size());
        std::memcpy(buffer_.data + size_, kCut.data(), kCut.size());
        size_ += kCut.size();
        buffer_.size = size_;  // nothing is added any more
    }
    return *this;
}

Line& Line::operator<<(const char* text) {
    return *this << std::string_view(text);
}

Line& Line::operator<<(std::int64_t number) {
    char digits[24];
    const int size = std::snprintf(digits, sizeof digits, "%" PRId64, number);
    return *this << std::string_view(digits, static_cast<std::size_t>(size));
}

}  // namespace cmagent
