#pragma once
#include <cstddef>
#include <string_view>

#include "agent/cm/metadata.h"
#include "agent/json/text.h"

namespace cmagent::cm {

// The calls of cm-api.md, "Calls".
enum class Call : std::uint8_t { start, heartbeat, end, running_streams, metadata };

[[nodiscard]] std::string_view call_name(Call call);  // "start" …: for logs and metrics

// Where CM is. Parsed once from `cm.url`; the views point into the configuration.
struct Endpoint {
    std::string_view host;  // without brackets; the name that the certificate must carry
    std::uint16_t port = 443;
    std::string_view base_path;  // "/v2": no slash at its end
    bool tls = true;
};

enum class UrlFault : std::uint8_t {
    none,
    not_http,
    no_host,
    bad_port,
    plain_beyond_loopback,
    has_query
};
// `http` is accepted for loopback only (contract.md). Credentials, query and fragment are refused.
[[nodiscard]] UrlFault parse_url(std::string_view url, Endpoint& into);

// Termination codes, as the viewer chose them.
struct Codes {
    Text<kMaxCode> list[kMaxCodes];
    std::size_t count = 0;
    [[nodiscard]] bool add(std::string_view code);  // false: no room, too long; one that is there
                                                    // already is not added again
};

// One call. All views and pointers must live until write() has returned.
struct Request {
    Call call = Call::start;
    std::string_view application_id;
    std::string_view idp;
    std::string_view subject;
    std::string_view session;            // heartbeat, end
    const Metadata* metadata = nullptr;  // start, heartbeat: goes into the form body
    const Codes* terminate =
        nullptr;  // start: X-Terminate, the codes in one field separated by commas
};

// Writes the HTTP/1.1 request into `into`; kMaxRequest bytes are always enough. Returns its size, 0
// when it does not fit. Everything from outside is percent-encoded (RFC 3986 §2.1), so no byte of
// it can end a line. A start without metadata has an empty form body.
[[nodiscard]] std::size_t write(const Endpoint& endpoint, const Request& request, Buffer into);

}  // namespace cmagent::cm
