#pragma once
// HTTP/1.1 seen from the server's side (RFC 9112): requests are read strictly, so that a client's
// mistakes show; the answer is a Delivery, which can be any bytes in any pace.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/cmsim/policy.h"

namespace cmagent::cmsim {

using Headers = std::vector<std::pair<std::string, std::string>>;

// A header that replaces those of its name: by none, one, or several.
struct HeaderEdit {
    std::string name;
    std::vector<std::string> values;
};

void edit(Headers& headers, const HeaderEdit& change);

struct Request {
    std::string method;
    std::string target;
    Headers headers;  // names in lower case
    std::string body;
    bool last = false;  // the client closes the connection after the answer

    // The first value of `name` (in lower case); nullptr where there is none.
    [[nodiscard]] const std::string* header(std::string_view name) const;
};

enum class Reading { incomplete, complete, malformed };

// Takes one request off the front of `bytes`. `malformed`: it breaks RFC 9112 or is over the limits
// below.
Reading take_request(std::string& bytes, Request& request);

inline constexpr std::size_t kMaxRequestHead = 16'384;
inline constexpr std::size_t kMaxRequestBody = 65'536;

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
};

// The end of a delivery, after its last byte.
enum class Then {
    next_request,  // the connection is kept
    close,         // in order: close_notify where there is TLS, then FIN
    hang_up,       // FIN without close_notify
    reset,         // RST
    silence,       // nothing, until the client goes away
};

struct Delivery {
    std::string bytes;
    std::string forever = {};          // sent after `bytes`, again and again
    Millis delay = 0;                  // before the first byte
    std::size_t bytes_per_second = 0;  // 0: as fast as the client reads
    Then then = Then::next_request;
};

// The status line and the headers, each with its line end, without the empty line that ends them.
std::string head(const Response& response);

// With Content-Length, as CM frames its answers.
std::string wire(const Response& response);

std::string chunked(std::string_view body);

}  // namespace cmagent::cmsim
