#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/cm/limits.h"

namespace cmagent::cm {

// The fault of an unreadable response. After any of them the connection must be closed.
enum class ResponseFault : std::uint8_t {
    none,
    not_http,             // the first bytes that are no empty line are no status line
    bad_header,           // NUL in the head, or a blank in front of the first field
    head_too_long,        // kMaxHead
    too_many_interim,     // more than kMaxInterim 1xx answers
    bad_length,           // Content-Length that is no number, or two that differ
    conflicting_framing,  // Content-Length together with Transfer-Encoding (RFC 9112 §6.3: refused,
                          // hazards.md 14), or the latter in HTTP/1.0 (RFC 9112 §6.1)
    bad_chunk,  // its size is no number, its line over kMaxChunkLine, or its end is missing
    truncated,  // the connection ended before the response did
};
[[nodiscard]] std::string_view response_fault_name(ResponseFault fault);  // "not-http" …, stable

inline constexpr std::size_t kMaxInterim = 8;  // servers send one or two; a flood ends
// A body over kMaxBody is not kept; up to this size it is read all the same, so that the connection
// can be used again. Beyond, the response counts as complete and the connection must be closed: the
// status alone decides then (contract.md, "Reading a 409").
inline constexpr std::size_t kMaxDiscarded = std::size_t{256} * 1024;
// A size in hexadecimal, and extensions, which are unused (RFC 9112 §7.1.1: to be limited).
inline constexpr std::size_t kMaxChunkLine = 1024;

// Reads one HTTP/1.1 response from bytes as they come in any portions (RFC 9112). Keeps the few
// fields that the agent uses, and the body in the caller's buffer. No heap, no I/O, no clock: the
// deadline of the exchange is the caller's.
class ResponseReader {
  public:
    // `body` must live until the response was used. Its size is how much of a body is kept:
    // kMaxBody.
    explicit ResponseReader(Buffer body) : body_buffer_(body) {}
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;

    // Starts over for the next response on the same connection. Wipes the last one.
    void reset();

    // Takes bytes; returns how many belonged to this response. Fewer than `size` only when it is
    // complete or broken.
    [[nodiscard]] std::size_t feed(const char* bytes, std::size_t size);
    // The peer has finished sending, in good order: completes a body that is delimited by the end
    // of the connection.
    void feed_end();
    // The connection has failed: no more bytes will come, and a body without another end is not
    // complete.
    void feed_break();

    [[nodiscard]] bool started() const { return started_; }  // at least one byte has come
    // Status and fields of the final response are there; the body may still be on its way, have got
    // lost, or be none that can be told from what follows (a fault of the framing).
    [[nodiscard]] bool head_complete() const { return head_complete_; }
    [[nodiscard]] bool complete() const { return state_ == State::complete; }
    [[nodiscard]] ResponseFault fault() const { return fault_; }
    // Once complete: another request may follow on the connection.
    [[nodiscard]] bool keep_alive() const { return keep_alive_; }

    // Valid once head_complete(), until reset(). Fields that did not come are empty. Of a field
    // that came twice the first is kept (cm-api.md: "An answer may carry `Date` twice").
    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] std::string_view location() const { return kept_[0]; }
    [[nodiscard]] std::string_view date() const { return kept_[1]; }
    [[nodiscard]] std::string_view expires() const { return kept_[2]; }
    [[nodiscard]] std::string_view content_type() const { return kept_[3]; }
    [[nodiscard]] std::string_view retry_after() const { return kept_[4]; }
    // Whole only when complete(). Empty when body_too_long().
    [[nodiscard]] std::string_view body() const;
    [[nodiscard]] bool body_too_long() const { return body_seen_ > body_buffer_.size; }
    [[nodiscard]] bool has_body() const { return body_seen_ > 0; }  // at least one byte of it came

  private:
    enum class State : std::uint8_t {
        status_line,
        fields,
        body_of_length,
        body_until_end,
        chunk_line,
        chunk_data,
        chunk_end,  // the empty line behind a chunk
        trailers,
        complete,
        broken,
    };
    // What the head has said of the body's length so far.
    struct Framing {
        bool old = false;  // HTTP/1.0
        bool length_given = false;
        bool coded = false;    // by Transfer-Encoding
        bool chunked = false;  // the last of its codings
        std::size_t length = 0;
        ResponseFault fault = ResponseFault::none;  // why no body can be told by it

        // The value of one more Content-Length, or Transfer-Encoding.
        void add_lengths(std::string_view list);
        void add_codings(std::string_view list);
        void judge();  // once all of them are known
    };

    // Each takes at least one of `bytes` and returns how many.
    std::size_t take(std::string_view bytes);
    std::size_t take_line(std::string_view bytes);
    std::size_t take_body(std::string_view bytes);

    void on_line(std::string_view line);
    void on_status_line(std::string_view line);
    void on_field_line(std::string_view line, std::size_t start);
    void on_field(std::string_view line);
    void on_head_complete();
    void on_chunk_line(std::string_view line, bool exact);
    void frame_body();
    void give_up_body();
    void fail(ResponseFault fault);
    [[nodiscard]] bool in_chunks() const {
        return state_ == State::chunk_line || state_ == State::chunk_end;
    }

    Buffer body_buffer_;
    State state_ = State::status_line;
    ResponseFault fault_ = ResponseFault::none;
    bool started_ = false;
    bool head_complete_ = false;
    bool keep_alive_ = true;
    Framing framing_;
    int status_ = 0;
    std::size_t interim_ = 0;
    static constexpr std::size_t kKept = 5;
    std::string_view kept_[kKept];  // views of head_, in the order of KnownField
    std::size_t left_ = 0;          // of a body of known length, or of a chunk
    std::size_t body_seen_ = 0;
    // The lines of the head one after the other, then the line that is being read: a chunk's line
    // and end take turns behind the head, the trailer section follows there too.
    std::size_t line_start_ = 0;
    std::size_t line_end_ = 0;
    std::size_t field_start_ = 0;  // of the field that the next line may continue
    char head_[kMaxHead + kMaxChunkLine];
};

}  // namespace cmagent::cm
