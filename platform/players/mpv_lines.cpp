#include "platform/players/mpv_lines.h"

namespace cmagent::platform {
namespace {

bool has(std::string_view line, const char* part) {
    return line.find(part) != std::string_view::npos;
}

// The answer to kMpvAsk; its number is followed by the next member or the end of the object.
bool is_answer(std::string_view line) {
    return has(line, "\"request_id\":3,") || has(line, "\"request_id\":3}");
}

}  // namespace

MpvSays read_mpv_line(std::string_view line) {
    const bool idle = has(line, "\"data\":true");
    const bool playing = has(line, "\"data\":false");
    if (is_answer(line)) {
        if (idle) return MpvSays::answered_idle;
        return playing ? MpvSays::answered_playing : MpvSays::answered;
    }
    if (!has(line, "\"event\":\"property-change\"") || !has(line, "\"name\":\"idle-active\"")) {
        return MpvSays::other;
    }
    if (idle) return MpvSays::idle;
    return playing ? MpvSays::playing : MpvSays::other;
}

void MpvLines::clear() {
    size_ = 0;
}

void MpvLines::add(char byte) {
    if (size_ < kMaxLine) line_[size_] = byte;
    if (size_ <= kMaxLine) size_++;
}

}  // namespace cmagent::platform
