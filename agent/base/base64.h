#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/span.h"
#include "agent/base/text_writer.h"

namespace cmagent {

// The digits of base64 (RFC 4648 §4): the digit for a value of six bits stands at that place.
inline constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Writes `bytes` as base64, with padding.
void write_base64(TextWriter& out, std::string_view bytes);

// Reads base64 that comes in pieces, and in lines as PEM has it: padded, each line ended by LF or CRLF
// and at most spaces before that. How long it takes depends on what it reads: not for secrets.
class Base64Reader {
  public:
    // `room` takes whole groups of three bytes, those that padding stands for too; it belongs to the
    // caller, and what is longer is not complete.
    explicit Base64Reader(Span<unsigned char> room) : room_(room) {}
    void take(std::string_view text);
    // Whether all that was taken is base64 that has come to its end.
    [[nodiscard]] bool complete() const;
    [[nodiscard]] std::size_t size() const { return size_ - padding_; }

  private:
    // What may come next.
    enum State : unsigned char { anything, end_of_line, line_feed, nothing };

    [[nodiscard]] std::size_t take_digits(std::string_view text);
    [[nodiscard]] std::size_t take_groups(std::string_view text);
    void take_other(unsigned kind);
    void put_group();

    static constexpr std::uint32_t kNoDigit = 1;  // a one before the digits, which counts them
    static constexpr std::uint32_t kFourDigits = kNoDigit << 24;

    Span<unsigned char> room_;
    std::size_t size_ = 0;
    std::uint32_t bits_ = kNoDigit;  // of the group that has begun
    unsigned padding_ = 0;
    State state_ = anything;
};

}  // namespace cmagent
