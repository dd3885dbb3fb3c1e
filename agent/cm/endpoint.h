#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cmagent::cm {

// The address of CM. Parsed once from `cm.url`; the views point into the configuration.
struct Endpoint {
    std::string_view host;  // without brackets; the name that the certificate must carry
    std::uint16_t port = 443;
    std::string_view base_path;  // "/v2": no slash at its end
    bool tls = true;
};

// The port of the scheme, which a URL and a Host field leave out.
[[nodiscard]] constexpr std::uint16_t default_port(bool tls) {
    return tls ? 443 : 80;
}

enum class UrlFault : std::uint8_t {
    none,
    not_http,               // neither https:// nor http://
    no_host,                // no host, or neither a name nor an address (agent/base/host.h)
    bad_port,               // not 1 to 65535
    plain_beyond_loopback,  // http:// to another machine
    has_query,              // a query or a fragment
    has_credentials,        // user@
    bad_path,               // a byte that must be percent-encoded in a path, or over kMaxBasePath
};

inline constexpr std::size_t kMaxBasePath = 256;  // "/v2" today; room for a proxy's prefix

// `http` is accepted for loopback only (contract.md, "cm.url"): localhost, 127.0.0.0/8 or ::1.
// Credentials, query and fragment are refused. `into` is valid with UrlFault::none only.
[[nodiscard]] UrlFault parse_url(std::string_view url, Endpoint& into);

}  // namespace cmagent::cm
