#pragma once
#include <string_view>

#include "platform/linux/socket_address.h"

namespace cmagent::platform {

// Where a bus listens (D-Bus Specification 0.42, "Server Addresses"): of several addresses (`;`)
// the first that is `unix:path=…` or `unix:abstract=…`; other transports are passed over. Empty:
// the bus of the user that the process is. Size 0: there is none.
[[nodiscard]] SocketAddress dbus_address(std::string_view addresses);

}  // namespace cmagent::platform
