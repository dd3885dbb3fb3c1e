#pragma once
// The forms that single texts of the configuration must have.

#include <string_view>

#include "agent/cm/endpoint.h"
#include "agent/config/key.h"

namespace cmagent::config {

[[nodiscard]] Why read_url(std::string_view url, cm::Endpoint& into);

// RFC 7617 §2: the user name of HTTP Basic has no colon.
[[nodiscard]] bool is_application_id(std::string_view text);

// "sha256/" and the base64 (RFC 4648 §4) of 32 bytes.
[[nodiscard]] bool is_pin(std::string_view text);

// "127.0.0.1:8790", "[::1]:8790" or "unix:/run/cmagent.sock".
[[nodiscard]] bool is_listen_address(std::string_view text);

// As a browser writes it (RFC 6454 §6.2): scheme and host in lower case, a port where it is not the scheme's, nothing
// behind it. `null` is none: it stands for every page that nobody knows.
[[nodiscard]] bool is_origin(std::string_view text);

// A name, an IPv4 address, or an IPv6 address in brackets; with or without a port.
[[nodiscard]] bool is_host(std::string_view text);

// A language that is compiled in, or a variety of one.
[[nodiscard]] bool is_language(std::string_view tag);

}  // namespace cmagent::config
