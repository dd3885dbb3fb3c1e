#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "agent/base/bytes.h"
#include "agent/base/span.h"
#include "platform/api/http.h"
#include "platform/microhttpd/chunks.h"
#include "platform/microhttpd/head.h"
#include "platform/microhttpd/limits.h"

namespace cmagent::platform {

// The bytes of one request. Apart from the records: these lie together in a few pages, and of the
// bytes only the pages that a request has filled are touched, until the system takes them back.
struct alignas(kPage) Received {
    char text[kMaxHead + kReadAhead];  // the head, and behind it what has come and was not read yet
    char body[kMaxBody];               // without the frames of chunks
};
static_assert(offsetof(Received, body) % kPage == 0);

// Reads the requests of one connection, one after the other, from the bytes that its client sends;
// it does no I/O. Strict where HTTP can be read in two ways: a line ends in CR LF, no control
// character stands anywhere, no line is folded (tests/contract/http/request_cases.h has every case).
class RequestReader {
  public:
    enum class Part : std::uint8_t { nothing, head, body, complete };

    void attach(Received& bytes) { bytes_ = &bytes; }

    // The place for the bytes that come next. Never empty while the request is not complete and
    // read_on() has been called.
    [[nodiscard]] Buffer room();
    // So many bytes have come there.
    void add(std::size_t size) {
        filled_ += size;
        touched_ = filled_ > touched_ ? filled_ : touched_;
        kept_ = touched_ > kept_ ? touched_ : kept_;
    }
    // Reads what has come. The reason for which the request is refused, and reading is over.
    [[nodiscard]] std::optional<HttpRefusal> read_on();

    [[nodiscard]] Part part() const { return part_; }
    [[nodiscard]] const Head& head() const { return head_; }
    // Of the request that is complete, or of as much of it as has come.
    [[nodiscard]] std::string_view body() const { return {bytes_->body, body_size_}; }
    // Whether bytes have come that are not of this request.
    [[nodiscard]] bool has_more() const { return read_ < filled_; }

    // Forgets the request, and wipes it: it may hold a subject, a key, a token. What has come behind
    // it is kept for the next one.
    void next();
    // The connection is over.
    void clear();
    // Between two connections: the system takes back the memory that earlier ones have touched.
    void give_back();

  private:
    [[nodiscard]] std::optional<HttpRefusal> read_head();
    void skip_empty_lines();
    [[nodiscard]] std::optional<HttpRefusal> judge_head();
    [[nodiscard]] std::optional<HttpRefusal> read_body();
    [[nodiscard]] std::optional<HttpRefusal> read_chunks();
    [[nodiscard]] std::size_t take(std::size_t size);
    void release_body();

    Received* bytes_ = nullptr;
    Part part_ = Part::nothing;
    Head head_;
    Chunks chunks_;
    std::size_t head_size_ = 0;  // as far as it has been read
    std::size_t read_ = 0;       // of text
    std::size_t filled_ = 0;     // of text
    std::size_t touched_ = 0;    // of text, since it was wiped
    std::size_t kept_ = 0;       // of text, since the system has taken it back
    std::size_t body_size_ = 0;
};

}  // namespace cmagent::platform
