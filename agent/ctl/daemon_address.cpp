#include "agent/ctl/daemon_address.h"

#include "agent/base/characters.h"
#include "agent/base/decimal.h"

namespace cmagent::ctl {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kUnix = "unix:";
constexpr std::string_view kDefaultPort = "80";

bool is_host(std::string_view host) {
    constexpr std::string_view kMarks = "-._:%";
    for (const char c : host) {
        if (!is_alphanumeric(c) && kMarks.find(c) == std::string_view::npos) return false;
    }
    return !host.empty() && host.size() <= DaemonAddress::kMaxHost;
}

bool is_port(std::string_view port) {
    const auto number = read_decimal(port, UINT16_MAX);
    return number && *number != 0;
}

bool split_authority(std::string_view authority, DaemonAddress& into) {
    const bool bracketed = slice(authority, 0, 1) == "[";
    const std::size_t bracket = bracketed ? authority.find(']') : 0;
    if (bracket == std::string_view::npos) return false;
    const std::size_t colon = authority.find(':', bracket);
    into.host = bracketed ? slice(authority, 1, bracket - 1) : slice(authority, 0, colon);
    into.port = colon == std::string_view::npos ? kDefaultPort : slice(authority, colon + 1);
    const bool nothing_between =
        !bracketed || colon == bracket + 1 || authority.size() == bracket + 1;
    return nothing_between && is_host(into.host) && is_port(into.port);
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

}  // namespace cmagent::ctl
