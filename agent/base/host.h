#pragma once
// Hosts and ports as they stand in URLs, in Host fields and in addresses to listen on.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cmagent {

inline constexpr std::size_t kMaxHostName = 253;  // RFC 1035 §2.3.4, as text without the last dot

// `host`, `host:port`, `[address]` or `[address]:port` (RFC 3986 §3.2), taken apart. Neither part
// is judged by that.
struct HostAndPort {
    std::string_view host;  // without brackets
    std::string_view port;  // behind the colon; a null view where there is no colon
    bool bracketed = false;

    [[nodiscard]] bool has_port() const { return port.data() != nullptr; }
};
// None where a bracket is not closed, or something else than a colon stands behind it.
[[nodiscard]] std::optional<HostAndPort> split_host_and_port(std::string_view text);

// Reads a port, 0 to 65535, of at most five digits.
[[nodiscard]] std::optional<std::uint16_t> read_port(std::string_view text);

// Whether the text is four decimal numbers of at most 255 between dots, none of them with a zero in
// front, which some readers take for octal.
[[nodiscard]] bool is_ipv4_address(std::string_view text);

// Whether the text is an address in one of the three forms of RFC 4291 §2.2, without brackets and
// without a zone.
[[nodiscard]] bool is_ipv6_address(std::string_view text);

// Whether the text consists of letters, digits, hyphens, dots and underscores, 1 to kMaxHostName
// bytes. Every IPv4 address is such a name as well.
[[nodiscard]] bool is_host_name(std::string_view text);

// Whether the host is an IPv6 address in brackets, or a name or an IPv4 address without.
[[nodiscard]] bool is_host(const HostAndPort& split);

// Whether a host, without brackets, can only be this machine: localhost, 127.0.0.0/8 or ::1. False
// for a name that merely begins like such an address.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace cmagent
