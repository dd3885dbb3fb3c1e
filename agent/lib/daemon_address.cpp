#include "agent/lib/daemon_address.h"

#include "agent/base/text.h"

namespace cmagent::lib {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kUnix = "unix:";
constexpr std::string_view kDefaultPort = "80";

// In brackets a zone may follow the address (RFC 4007 §11): the resolver understands it.
bool is_reachable(const HostAndPort& split) {
    if (!split.bracketed) return is_host_name(split.host);
    const bool fits = split.host.size() <= kMaxHostName;
    return fits && is_ipv6_address(slice(split.host, 0, split.host.find('%')));
}

bool split_authority(std::string_view authority, DaemonAddress& into) {
    const auto split = split_host_and_port(authority);
    if (!split || !is_reachable(*split)) return false;
    into.host = split->host;
    into.port = split->has_port() ? split->port : kDefaultPort;
    return read_port(into.port).value_or(0) != 0;
}

}  // namespace

bool parse_url(std::string_view url, DaemonAddress& into) {
    into = {};
    if (slice(url, 0, kUnix.size()) == kUnix) {
        into.socket = slice(url, kUnix.size());
        into.authority = "localhost";
        return slice(into.socket, 0, 1) == "/" && into.socket.size() <= DaemonAddress::kMaxPath;
    }
    if (slice(url, 0, kHttp.size()) != kHttp) return false;
    into.authority = slice(url, kHttp.size());
    if (!into.authority.empty() && into.authority.back() == '/') into.authority.remove_suffix(1);
    return split_authority(into.authority, into);
}

}  // namespace cmagent::lib
