#include "agent/cm/endpoint.h"

#include "agent/base/characters.h"
#include "agent/base/host.h"
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
// RFC 3986 §3.3, pchar and the slash.
bool is_path_character(char c) {
    constexpr std::string_view kMarks = "/%-._~!$&'()*+,;=:@";
    return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
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

    const auto split = split_host_and_port(authority);
    if (!split || !is_host(*split)) return UrlFault::no_host;
    const auto port = split->has_port() ? read_port(split->port) : default_port(tls);
    if (!port || *port == 0) return UrlFault::bad_port;
    if (!tls && !is_loopback(split->host)) return UrlFault::plain_beyond_loopback;

    std::string_view path = slice(rest, slash);
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    if (path.size() > kMaxBasePath || !all_of(path, is_path_character)) return UrlFault::bad_path;
    into = {split->host, *port, path, tls};
    return UrlFault::none;
}

}  // namespace cmagent::cm
