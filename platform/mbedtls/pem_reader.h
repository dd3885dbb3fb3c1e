#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/base64.h"
#include "platform/mbedtls/der.h"

namespace cmagent::platform {

// Finds the certificates in a text in PEM (RFC 7468) that comes in pieces, whatever stands between
// them: the ones that mbedtls_pem_read_buffer() finds. That function's base64 is for keys, in
// constant time: 300 instructions a byte, which certificates, being public, do not need.
class PemReader {
  public:
    // `room`, for one certificate, belongs to the caller.
    explicit PemReader(Span<unsigned char> room) : room_(room), base64_(room) {}

    // Takes from the front of `text` what there is up to the end of a block. False: that was all, and
    // none has ended.
    [[nodiscard]] bool next(std::string_view& text);
    // Where there is no more text: a block has no end.
    [[nodiscard]] bool unfinished() const { return place_ != Place::between; }
    // There was a block.
    [[nodiscard]] bool any() const { return line_of_block_ > 0; }

    // Of the last block: its first line, from 1; mbedTLS's error, or 0; where 0, what it holds.
    [[nodiscard]] std::size_t line() const { return line_of_block_; }
    [[nodiscard]] int result() const;
    [[nodiscard]] Der certificate() const { return {room_.data, base64_.size()}; }

  private:
    enum class Place : unsigned char { between, head, inside };

    void pass_to_dash(std::string_view& text);
    // False: no block begins so.
    [[nodiscard]] bool take_head(char c);
    // True: a block ends here.
    [[nodiscard]] bool take_mark(char c);

    Span<unsigned char> room_;
    Base64Reader base64_;
    std::size_t line_ = 1;
    std::size_t line_of_block_ = 0;
    std::size_t matched_ = 0;  // bytes of the mark
    Place place_ = Place::between;
    char last_ = '\0';  // of what stands behind the mark
    bool closed_ = false;
};

}  // namespace cmagent::platform
