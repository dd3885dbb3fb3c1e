#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "platform/api/http.h"

namespace cmagent::platform {

// The frame of a body in chunks (RFC 9112 §7.1), byte by byte. Extensions and trailers are passed
// over; what could be read in two ways is refused.
class Chunks {
  public:
    // Bytes of the body that come next, without a frame.
    [[nodiscard]] std::size_t data() const { return state_ == State::data ? left_ : 0; }
    // `size` of them have come.
    void take_data(std::size_t size) {
        left_ -= size;
        if (left_ == 0) state_ = State::data_end;
    }
    // Reads a byte of the frame: where data() is 0.
    [[nodiscard]] std::optional<HttpRefusal> read(char byte);
    [[nodiscard]] bool at_end() const { return state_ == State::end; }

  private:
    enum class State : std::uint8_t {
        size,
        extension,
        size_line_end,
        data,
        data_end,
        data_line_end,
        trailer,  // the begin of a line
        name,
        value,
        trailer_line_end,
        last_line_end,
        end,
    };

    [[nodiscard]] std::optional<HttpRefusal> read_size(char byte);
    [[nodiscard]] std::optional<HttpRefusal> pass_over(bool allowed, State next);
    [[nodiscard]] std::optional<HttpRefusal> expect(bool is_it, State next);

    State state_ = State::size;
    std::uint8_t digits_ = 0;        // of the size
    std::uint16_t passed_over_ = 0;  // bytes of extensions and trailers
    std::size_t left_ = 0;
};

}  // namespace cmagent::platform
