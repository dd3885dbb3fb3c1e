#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/cm/limits.h"
#include "agent/json/text.h"

namespace cmagent::cm {

// What made a response unreadable. After any of these the connection must be closed.
enum class ResponseFault : std::uint8_t {
    none,
    not_http,             // the first bytes are no HTTP/1.x status line
    bad_header,           // a line that is no field, a control character, obs-fold
    head_too_long,        // kMaxHead
    too_many_interim,     // more than kMaxInterim 1xx answers
    bad_length,           // Content-Length that is no number, or two that differ
    conflicting_framing,  // Content-Length together with Transfer-Encoding (RFC 9112 §6.3: refused,
                          // hazards.md 14)
    bad_coding,  // a transfer coding other than chunked
    bad_chunk,
    body_endless,  // more than kMaxDiscarded bytes: closed rather than read on
    truncated,     // the connection ended before the response did
};
[[nodiscard]] std::string_view response_fault_name(ResponseFault fault);  // "not-http" …, stable

inline constexpr std::size_t kMaxInterim = 8;
// A body over kMaxBody is not kept but read over, up to this, so that the connection can be used
// again.
inline constexpr std::size_t kMaxDiscarded = 256 * 1024;

// Reads one HTTP/1.1 response from bytes as they come in any portions (RFC 9112). Keeps the few
// fields that the agent uses, and the body in the caller's buffer. No heap, no I/O, no clock: the
// deadline of the exchange is the caller's.
class ResponseReader {
  public:
    // `body` (kMaxBody bytes) must live until the response was used.
    explicit ResponseReader(Buffer body);

    // Starts over for the next response on the same connection.
    void reset();

    // Takes bytes; returns how many belonged to this response. Fewer than `size` only when it is
    // complete or broken.
    [[nodiscard]] std::size_t feed(const char* bytes, std::size_t size);
    // The peer has finished sending: completes a body that is delimited by the end of the
    // connection.
    void feed_end();

    [[nodiscard]] bool started() const;  // at least one byte has come
    [[nodiscard]] bool complete() const;
    [[nodiscard]] ResponseFault fault() const;
    [[nodiscard]] bool keep_alive()
        const;  // once complete: another request may follow on the connection

    // Valid once complete(). Fields that did not come are empty. Of a field that came twice the
    // first is kept (an answer may carry `Date` twice, cm-api.md).
    [[nodiscard]] int status() const;
    [[nodiscard]] std::string_view location() const;
    [[nodiscard]] std::string_view date() const;
    [[nodiscard]] std::string_view expires() const;
    [[nodiscard]] std::string_view content_type() const;
    [[nodiscard]] std::string_view body() const;
    [[nodiscard]] bool body_too_long() const;  // over kMaxBody: body() is empty
    [[nodiscard]] bool has_body() const;       // at least one byte of body came

  private:
    // private state: whoever implements this file decides; fixed size
};

}  // namespace cmagent::cm
