#include "agent/cm/endpoint.h"

#include "agent/json/characters.h"
#include "agent/json/text.h"

namespace cmagent::cm {
namespace {

struct Scheme {
    std::string_view prefix;
    std::uint16_t port;
    bool tls;
};
constexpr Scheme kSchemes[] = {{"https://", 443, true}, {"http://", 80, false}};

const Scheme* scheme_of(std::string_view url) {
    for (const Scheme& scheme : kSchemes) {
        if (same_ignoring_case(slice(url, 0, scheme.prefix.size()), scheme.prefix)) return &scheme;
    }
    return nullptr;
}

bool is_host_character(char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
}
bool is_ipv6_character(char c) {
    return is_hex_digit(c) || c == ':' || c == '.';
}
// RFC 3986 §3.3, pchar and the slash.
bool is_path_character(char c) {
    constexpr std::string_view kMarks = "/%-._~!$&'()*+,;=:@";
    return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
}

// Four decimal numbers of at most 255, the first of them 127. A name like 127.example.org is none.
bool is_loopback_ipv4(std::string_view host) {
    constexpr int kParts = 4;
    for (int part = 0; part < kParts; ++part) {
        const std::size_t dot = host.find('.');
        if ((dot == std::string_view::npos) != (part == kParts - 1)) return false;
        const auto number = read_decimal(slice(host, 0, dot), UINT8_MAX);
        if (!number || (part == 0 && *number != 127)) return false;
        host = dot == std::string_view::npos ? std::string_view{} : slice(host, dot + 1);
    }
    return true;
}

bool is_loopback(std::string_view host) {
    return same_ignoring_case(host, "localhost") || host == "::1" || is_loopback_ipv4(host);
}

// Splits `host`, `host:port`, `[address]` or `[address]:port`; `port` is empty where there is none,
// else it starts with the colon.
bool split_authority(std::string_view authority, std::string_view& host, std::string_view& port) {
    if (slice(authority, 0, 1) == "[") {
        const std::size_t bracket = authority.find(']');
        if (bracket == std::string_view::npos) return false;
        host = slice(authority, 1, bracket - 1);
        port = slice(authority, bracket + 1);
        return all_of(host, is_ipv6_character) && (port.empty() || port.front() == ':');
    }
    const std::size_t colon = authority.find(':');
    host = slice(authority, 0, colon);
    port = colon == std::string_view::npos ? std::string_view{} : slice(authority, colon);
    return all_of(host, is_host_character);
}

}  // namespace

UrlFault parse_url(std::string_view url, Endpoint& into) {
    const Scheme* scheme = scheme_of(url);
    if (scheme == nullptr) return UrlFault::not_http;
    if (url.find_first_of("?#") != std::string_view::npos) return UrlFault::has_query;
    const std::string_view rest = slice(url, scheme->prefix.size());
    const std::size_t slash = rest.find('/');
    const std::string_view authority = slice(rest, 0, slash);
    if (authority.find('@') != std::string_view::npos) return UrlFault::has_credentials;

    std::string_view host;
    std::string_view port;
    if (!split_authority(authority, host, port)) return UrlFault::no_host;
    if (host.empty() || host.size() > kMaxHost) return UrlFault::no_host;
    std::uint16_t number = scheme->port;
    if (!port.empty()) {
        const auto given = read_decimal(slice(port, 1), UINT16_MAX);
        if (!given || *given == 0) return UrlFault::bad_port;
        number = static_cast<std::uint16_t>(*given);
    }
    if (!scheme->tls && !is_loopback(host)) return UrlFault::plain_beyond_loopback;

    std::string_view path =
        slash == std::string_view::npos ? std::string_view{} : slice(rest, slash);
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    if (path.size() > kMaxBasePath || !all_of(path, is_path_character)) return UrlFault::bad_path;
    into = {host, number, path, scheme->tls};
    return UrlFault::none;
}

}  // namespace cmagent::cm
