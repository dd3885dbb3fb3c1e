#pragma once
#include <cstddef>
#include <cstdint>

namespace cmagent::platform {

// The state of a client as far as it can be seen without reading from its socket.
enum class Sign : std::uint8_t {
    silent,
    talking,      // bytes are there
    half_closed,  // it has finished sending, and may still read; or has closed
    broken,
};
[[nodiscard]] Sign sign_of_life(int fd);

// Sends an interim answer (100 Continue): a client reads over it, expected or not (RFC 9110 §15.2),
// and a socket that was closed at its other end breaks by it. False: it is broken already.
[[nodiscard]] bool send_probe(int fd);

// Bytes that were sent on a socket and that its peer has not acknowledged (tcp(7), unix(7)).
[[nodiscard]] std::size_t unacknowledged_bytes(int fd);

}  // namespace cmagent::platform
