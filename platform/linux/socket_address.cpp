#include "platform/linux/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "agent/base/host.h"
#include "agent/base/text_writer.h"

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

SocketAddress parse_internet(const HostAndPort& split, std::uint16_t port) {
    Address address;
    address.port = port;
    address.family = split.bracketed ? Address::Family::ipv6 : Address::Family::ipv4;
    char text[INET6_ADDRSTRLEN] = {};
    if (split.host.size() >= sizeof text) return {};
    std::memcpy(text, split.host.data(), split.host.size());
    if (inet_pton(split.bracketed ? AF_INET6 : AF_INET, text, address.bytes) != 1) return {};
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

SocketAddress unix_address(std::string_view path) {
    sockaddr_un address = {};
    if (path.size() >= sizeof address.sun_path) return {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return wrap(address);
}

SocketAddress parse_socket_address(std::string_view text) {
    if (slice(text, 0, kUnix.size()) == kUnix) {
        const std::string_view path = slice(text, kUnix.size());
        return slice(path, 0, 1) == "/" ? unix_address(path) : SocketAddress();
    }
    const auto split = split_host_and_port(text);
    const auto port = split ? read_port(split->port) : std::nullopt;
    return port ? parse_internet(*split, *port) : SocketAddress();
}

SocketAddressText format(const SocketAddress& address) {
    char bytes[SocketAddressText::capacity()];
    TextWriter text(bytes, WhenFull::cut);
    char host[INET6_ADDRSTRLEN] = {};
    if (address.family() == AF_INET) {
        const auto four = unwrap<sockaddr_in>(address);
        text << inet_ntop(AF_INET, &four.sin_addr, host, sizeof host) << ':'
             << ntohs(four.sin_port);
    } else if (address.family() == AF_INET6) {
        const auto six = unwrap<sockaddr_in6>(address);
        text << '[' << inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof host)
             << "]:" << ntohs(six.sin6_port);
    } else {
        text << kUnix << socket_path(address);
    }
    SocketAddressText formatted;
    (void)formatted.assign(text.view());
    return formatted;
}

const char* socket_path(const SocketAddress& address) {
    // sun_path lies in sockaddr_storage, whose rest is zero: it ends there.
    if (address.family() != AF_UNIX) return "";
    return reinterpret_cast<const char*>(&address.storage) + offsetof(sockaddr_un, sun_path);
}

}  // namespace cmagent::platform
