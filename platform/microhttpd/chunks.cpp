#include "platform/microhttpd/chunks.h"

#include "agent/base/characters.h"
#include "agent/base/hex.h"
#include "platform/microhttpd/limits.h"

namespace cmagent::platform {

std::optional<HttpRefusal> Chunks::expect(bool is_it, State next) {
    if (!is_it) return HttpRefusal::malformed;
    state_ = next;
    return std::nullopt;
}

std::optional<HttpRefusal> Chunks::pass_over(bool allowed, State next) {
    if (++passed_over_ > kMaxHead) return HttpRefusal::head_too_long;
    return expect(allowed, next);
}

std::optional<HttpRefusal> Chunks::read_size(char byte) {
    const int value = hex_value(byte);
    if (value < 0) {
        return expect(digits_ > 0 && (byte == ';' || byte == '\r'),
                      byte == ';' ? State::extension : State::size_line_end);
    }
    constexpr int kMaxDigits = 16;  // with zeros in front; some readers keep the last 8 alone
    if (digits_++ == kMaxDigits) return HttpRefusal::malformed;
    left_ = left_ * 16 + static_cast<std::size_t>(value);
    if (left_ > kMaxBody) return HttpRefusal::body_too_long;
    return std::nullopt;
}

std::optional<HttpRefusal> Chunks::read(char byte) {
    const bool ends_line = byte == '\r';
    switch (state_) {
        case State::size:
            return read_size(byte);
        case State::extension:
            if (ends_line) return expect(true, State::size_line_end);
            return pass_over(is_field_character(byte), State::extension);
        case State::size_line_end:
            digits_ = 0;
            return expect(byte == '\n', left_ > 0 ? State::data : State::trailer);
        case State::data_end:
            return expect(ends_line, State::data_line_end);
        case State::data_line_end:
            return expect(byte == '\n', State::size);
        case State::trailer:
            if (ends_line) return expect(true, State::last_line_end);
            return pass_over(is_token_character(byte), State::name);
        case State::name:
            if (byte == ':') return expect(true, State::value);
            return pass_over(is_token_character(byte), State::name);
        case State::value:
            if (ends_line) return expect(true, State::trailer_line_end);
            return pass_over(is_field_character(byte), State::value);
        case State::trailer_line_end:
            return expect(byte == '\n', State::trailer);
        case State::last_line_end:
            return expect(byte == '\n', State::end);
        default:
            return HttpRefusal::malformed;
    }
}

}  // namespace cmagent::platform
