#pragma once
#include "platform/api/http.h"

struct MHD_Response;

namespace cmagent::platform {

// The body and the fields of `response`, copied, for libmicrohttpd; the caller destroys it. Null:
// no memory. Not for a response with a source.
[[nodiscard]] MHD_Response* make_answer(const HttpResponse& response);
// Adds the fields of `response` (copied).
void add_fields(MHD_Response* answer, const HttpResponse& response);

// Writes `response` onto the socket beside libmicrohttpd, as the last answer there ("Connection:
// close"). For the two cases in which libmicrohttpd would close without an answer: a request that
// is refused while it still comes in, and a client that has half-closed while it waited. As far as
// the socket takes it at once: nobody waits for such a client.
void write_last_answer(int fd, const HttpResponse& response);

}  // namespace cmagent::platform
