#include "agent/cm/endpoint.h"

#include "agent/base/characters.h"
#include "agent/base/text.h"

namespace cmagent::cm {

using namespace std::string_view_literals;

namespace {

bool begins_with(std::string_view url, std::string_view scheme) {
    return same_ignoring_case(slice(url, 0, scheme.size()), scheme);
}

bool is_no_query(char c) {
    return c != '?' && c != '#';
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
        host = slice(host, slice(host, 0, dot).size() + 1);
    }
    return true;
}

bool is_loopback(std::string_view host) {
    return same_ignoring_case(host, "localhost"sv) || host == "::1"sv || is_loopback_ipv4(host);
}

// Splits `host`, `host:port`, `[address]` or `[address]:port`; `port` is empty where there is none,
// else it starts with the colon.
bool split_authority(std::string_view authority, std::string_view& host, std::string_view& port) {
    if (!authority.empty() && authority.front() == '[') {
        const std::size_t bracket = authority.find(']');
        if (bracket == std::string_view::npos) return false;
        host = slice(authority, 1, bracket - 1);
        port = slice(authority, bracket + 1);
        return all_of(host, is_ipv6_character) && (port.empty() || port.front() == ':');
    }
    const std::size_t colon = authority.find(':');
    host = slice(authority, 0, colon);
    port = slice(authority, colon);
    return all_of(host, is_host_character);
}

}  // namespace

UrlFault parse_url(std::string_view url, Endpoint& into) {
    constexpr std::string_view kTls = "https://";
    constexpr std::string_view kPlain = "http://";
    const bool tls = begins_with(url, kTls);
    if (!tls && !begins_with(url, kPlain)) return UrlFault::not_http;
    if (!all_of(url, is_no_query)) return UrlFault::has_query;
    const std::string_view rest = slice(url, (tls ? kTls : kPlain).size());
    const std::size_t slash = rest.find('/');
    const std::string_view authority = slice(rest, 0, slash);
    if (authority.find('@') != std::string_view::npos) return UrlFault::has_credentials;

    std::string_view host;
    std::string_view port;
    if (!split_authority(authority, host, port)) return UrlFault::no_host;
    if (host.empty() || host.size() > kMaxHost) return UrlFault::no_host;
    std::uint16_t number = default_port(tls);
    if (!port.empty()) {
        const auto given = read_decimal(slice(port, 1), UINT16_MAX);
        if (!given || *given == 0) return UrlFault::bad_port;
        number = static_cast<std::uint16_t>(*given);
    }
    if (!tls && !is_loopback(host)) return UrlFault::plain_beyond_loopback;

    std::string_view path = slice(rest, slash);
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    if (path.size() > kMaxBasePath || !all_of(path, is_path_character)) return UrlFault::bad_path;
    into = {host, number, path, tls};
    return UrlFault::none;
}

}  // namespace cmagent::cm
