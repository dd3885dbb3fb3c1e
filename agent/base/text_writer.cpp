#include "agent/base/text_writer.h"

#include <cstring>

#include "agent/base/decimal.h"
#include "agent/base/utf8.h"

namespace cmagent {
namespace {

// The number of bytes, at most `size`, that end between two characters. text[size] must be there.
std::size_t end_of_characters(const char* text, std::size_t size) {
    while (size > 0 && is_continuation(text[size])) --size;
    return size;
}

}  // namespace

TextWriter& TextWriter::operator<<(std::string_view text) {
    if (!complete_) return *this;
    const std::size_t room = buffer_.size - size_;
    complete_ = text.size() <= room;
    const std::size_t size = complete_ ? text.size() : room;
    // Not memcpy: for size, gcc makes "rep movsb" of it, which takes 20 ns on x86 for a few bytes.
    if (size > 0) std::memmove(buffer_.data + size_, text.data(), size);
    if (complete_) {
        size_ += size;
    } else {
        size_ += end_of_characters(text.data(), size);
        if (when_full_ == WhenFull::mark) put_mark();
    }
    return *this;
}

TextWriter& TextWriter::operator<<(const char* text) {
    return *this << std::string_view(text);
}

TextWriter& TextWriter::operator<<(char c) {
    return *this << std::string_view(&c, 1);
}

TextWriter& TextWriter::put_decimal(std::int64_t number) {
    char digits[kMaxDecimal];
    return *this << write_decimal(number, digits);
}

std::string_view TextWriter::view() const {
    if (!complete_ && when_full_ == WhenFull::refuse) return {};
    return {buffer_.data, size_};
}

// The buffer is full, a byte of a character that is cut perhaps included.
void TextWriter::put_mark() {
    constexpr std::string_view kMark = "...";
    if (buffer_.size < kMark.size()) return;
    size_ = end_of_characters(buffer_.data, buffer_.size - kMark.size());
    std::memcpy(buffer_.data + size_, kMark.data(), kMark.size());
    size_ += kMark.size();
}

void assign_cut(AnyText into, std::string_view text) {
    clear(into);
    TextWriter out({into.bytes(), into.capacity()}, WhenFull::cut);
    out << text;
    into.resize(out.view().size());
}

}  // namespace cmagent
