#pragma once
#include <sys/socket.h>

#include <string_view>

#include "agent/base/text.h"
#include "platform/api/resolver.h"

namespace cmagent::platform {

// The kernel's form of an address.
struct SocketAddress {
    sockaddr_storage storage = {};
    socklen_t size = 0;  // 0: none

    [[nodiscard]] const sockaddr* get() const {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    [[nodiscard]] int family() const { return storage.ss_family; }
};

[[nodiscard]] SocketAddress to_socket_address(const Address& from);

// `127.0.0.1:80`, `[::1]:80` or `unix:/path`; size 0 where it is none of these.
[[nodiscard]] SocketAddress parse_socket_address(std::string_view text);

// Of a unix socket, at any path; size 0 where it is too long.
[[nodiscard]] SocketAddress unix_address(std::string_view path);

// The form of parse_socket_address() back; at most 128 bytes.
using SocketAddressText = Text<128>;
[[nodiscard]] SocketAddressText format(const SocketAddress& address);

// The path of a unix socket, zero-terminated; empty for others and for unnamed ones.
[[nodiscard]] const char* socket_path(const SocketAddress& address);

}  // namespace cmagent::platform
