#include "agent/lib/event_reader.h"

#include <cstring>

namespace cmagent::lib {

bool EventReader::next(std::string_view& bytes, ServerEvent& into) {
    if (ended_) begin_event();
    while (!bytes.empty()) {
        const char c = bytes.front();
        bytes.remove_prefix(1);
        if (c != '\n') {
            take_byte(c);
            continue;
        }
        std::string_view line(buffer_.data + data_size_, line_size_);
        line_size_ = 0;
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (!line.empty()) {
            take_line(line);
            continue;
        }
        if (data_size_ > 0 && !unusable_) {
            ended_ = true;
            into = {id_.view(), name_.view(), {buffer_.data, data_size_}};
            return true;
        }
        begin_event();
    }
    return false;
}

void EventReader::begin_stream() {
    line_size_ = 0;
    begin_event();
}

// What does not fit any more is left out, and the event with it.
void EventReader::take_byte(char c) {
    if (data_size_ + line_size_ == buffer_.size) {
        unusable_ = true;
    } else {
        buffer_.data[data_size_ + line_size_++] = c;
    }
}

void EventReader::take_line(std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view field = slice(line, 0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : slice(line, colon + 1);
    if (slice(value, 0, 1) == " ") value.remove_prefix(1);
    if (field == "id") {
        unusable_ = !id_.assign(value) || unusable_;
    } else if (field == "event") {
        unusable_ = !name_.assign(value) || unusable_;
    } else if (field == "data") {
        data_size_ = value.size();
        if (!value.empty()) std::memmove(buffer_.data, value.data(), value.size());
    }
}

void EventReader::begin_event() {
    ended_ = false;
    unusable_ = false;
    name_.clear();
    data_size_ = 0;
}

}  // namespace cmagent::lib
