#include "platform/linux/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace cmagent::platform {
namespace {

constexpr std::string_view kUnix = "unix:";

template <typename Kernel>
SocketAddress wrap(const Kernel& from) {
    SocketAddress address;
    static_assert(sizeof from <= sizeof address.storage);
    std::memcpy(&address.storage, &from, sizeof from);
    address.size = sizeof from;
    return address;
}

template <typename Kernel>
Kernel unwrap(const SocketAddress& from) {
    Kernel kernel;
    std::memcpy(&kernel, &from.storage, sizeof kernel);
    return kernel;
}

// -1 where it is no port: 1 to 5 digits, up to 65535.
int parse_port(std::string_view text) {
    if (text.empty() || text.size() > 5) return -1;
    int port = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') return -1;
        port = port * 10 + (digit - '0');
    }
    return port <= UINT16_MAX ? port : -1;
}

SocketAddress parse_unix(std::string_view path) {
    sockaddr_un address = {};
    if (path.empty() || path[0] != '/' || path.size() >= sizeof address.sun_path) return {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return wrap(address);
}

SocketAddress parse_internet(std::string_view host, std::uint16_t port) {
    Address address;
    address.port = port;
    if (host.size() > 2 && host[0] == '[' && host[host.size() - 1] == ']') {
        address.family = Address::Family::ipv6;
        host = slice(host, 1, host.size() - 2);
    }
    char text[INET6_ADDRSTRLEN] = {};
    if (host.size() >= sizeof text) return {};
    std::memcpy(text, host.data(), host.size());
    const int family = address.family == Address::Family::ipv6 ? AF_INET6 : AF_INET;
    if (inet_pton(family, text, address.bytes) != 1) return {};
    return to_socket_address(address);
}

}  // namespace

SocketAddress to_socket_address(const Address& from) {
    if (from.family == Address::Family::ipv4) {
        sockaddr_in four = {};
        four.sin_family = AF_INET;
        four.sin_port = htons(from.port);
        std::memcpy(&four.sin_addr, from.bytes, sizeof four.sin_addr);
        return wrap(four);
    }
    sockaddr_in6 six = {};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(from.port);
    std::memcpy(&six.sin6_addr, from.bytes, sizeof six.sin6_addr);
    return wrap(six);
}

SocketAddress parse_socket_address(std::string_view text) {
    if (slice(text, 0, kUnix.size()) == kUnix) return parse_unix(slice(text, kUnix.size()));
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return {};
    const int port = parse_port(slice(text, colon + 1));
    if (port < 0) return {};
    return parse_internet(slice(text, 0, colon), static_cast<std::uint16_t>(port));
}

SocketAddressText format(const SocketAddress& address) {
    char text[SocketAddressText::capacity() + 1] = {};
    char host[INET6_ADDRSTRLEN] = {};
    if (address.family() == AF_INET) {
        const auto four = unwrap<sockaddr_in>(address);
        inet_ntop(AF_INET, &four.sin_addr, host, sizeof host);
        snprintf(text, sizeof text, "%s:%u", host, unsigned{ntohs(four.sin_port)});
    } else if (address.family() == AF_INET6) {
        const auto six = unwrap<sockaddr_in6>(address);
        inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof host);
        snprintf(text, sizeof text, "[%s]:%u", host, unsigned{ntohs(six.sin6_port)});
    } else {
        snprintf(text, sizeof text, "%s%s", kUnix.data(), socket_path(address));
    }
    SocketAddressText formatted;
    [[maybe_unused]] const bool fits = formatted.assign(text);
    return formatted;
}

const char* socket_path(const SocketAddress& address) {
    // sun_path lies in sockaddr_storage, whose rest is zero: it ends there.
    if (address.family() != AF_UNIX) return "";
    return reinterpret_cast<const char*>(&address.storage) + offsetof(sockaddr_un, sun_path);
}

}  // namespace cmagent::platform
