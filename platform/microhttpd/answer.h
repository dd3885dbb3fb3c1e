#pragma once
#include "agent/base/bytes.h"
#include "platform/api/http.h"

struct MHD_Response;

namespace cmagent::platform {

// The body and the fields of `response`, copied, for libmicrohttpd; the caller destroys it. Null:
// no memory. Not for a response with a source.
[[nodiscard]] MHD_Response* make_answer(const HttpResponse& response);
// Adds the fields of `response` (copied).
void add_fields(MHD_Response* answer, const HttpResponse& response);

// The answer that was given last. A UI that polls gets the same answer again and again, and making
// an answer costs libmicrohttpd three allocations for each field: an equal answer is used again.
class LastAnswer {
  public:
    LastAnswer() = default;
    LastAnswer(const LastAnswer&) = delete;
    LastAnswer& operator=(const LastAnswer&) = delete;

    // Owned by this object, and valid until the next call. Null: no memory.
    [[nodiscard]] MHD_Response* get(const HttpResponse& response);
    // It was handed on. One that is too long to be kept is held by its connection alone from now on.
    void forget_long() {
        if (size_ == 0) drop();
    }
    void drop();

  private:
    // An answer with its fields; longer ones are made anew each time.
    static constexpr std::size_t kMaxKept = 4 * kKiB;

    MHD_Response* answer_ = nullptr;
    std::size_t size_ = 0;  // 0: not to be used again
    char text_[kMaxKept];   // fields and body of answer_, flattened
};

// Writes `response` onto the socket beside libmicrohttpd, as the last answer there ("Connection:
// close"): where a client has been too slow. Only as much as the socket takes at once is written:
// the daemon does not wait for such a client.
void write_last_answer(int fd, const HttpResponse& response);

// Writes an answer that has no body and whose head tells no length: libmicrohttpd 0.9.75 gives a 304
// a Content-Length of 0, which says that the content which has not changed is empty, and a HEAD the
// same of a stream (RFC 9110 §8.6). False: the socket has not taken all of it.
[[nodiscard]] bool write_unsized_answer(int fd, const HttpResponse& response, bool last);

}  // namespace cmagent::platform
