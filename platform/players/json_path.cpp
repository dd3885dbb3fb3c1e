#include "platform/players/json_path.h"

#include <algorithm>

#include "agent/base/characters.h"

namespace cmagent::platform {

void JsonPath::add(char c) {
    if (size_ < kMaxText) text_[size_++] = c;
    next_size_ = size_;
}

// Where the content of the innermost container begins.
std::uint8_t& JsonPath::begin() {
    return begins_[std::min(depth_, kMaxDepth) - 1];
}

JsonPath::At JsonPath::feed(char c) {
    size_ = next_size_;
    if (depth_ == 0) {
        size_ = 0;
        in_string_ = escaped_ = false;
        if (c == '{') open(c);
        return At::within;
    }
    if (in_string_) {
        if (is_control(c)) depth_ = 0;
        in_string_ = escaped_ || c != '"';
        escaped_ = !escaped_ && c == '\\';
        add(c);
    } else if (c == '{' || c == '[') {
        open(c);
    } else if (c == '}' || c == ']') {
        return close(c);
    } else if (c == ',') {
        next_size_ = begin();
        return At::value;
    } else if (c != ' ' && !is_control(c)) {
        in_string_ = c == '"';
        add(c);
    }
    return At::within;
}

void JsonPath::open(char c) {
    add(c);
    depth_++;
    if (depth_ <= kMaxDepth) begin() = size_;
}

JsonPath::At JsonPath::close(char c) {
    const bool empty = size_ == begin();
    next_size_ = begin();
    depth_--;
    if (depth_ == 0) return At::object;
    if (empty) add(c);
    return empty ? At::within : At::value;
}

}  // namespace cmagent::platform
