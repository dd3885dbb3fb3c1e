#pragma once
#include <cstdint>

#include "platform/api/stream.h"

namespace cmagent::platform {

// What we find wrong with a certificate, as a flag besides mbedTLS's MBEDTLS_X509_BADCERT_*.
inline constexpr std::uint32_t kNotPermitted = 1U << 30;  // by a name constraint above it
inline constexpr std::uint32_t kNotPinned = 1U << 29;

// The fault that a failed handshake is reported as.
//
// `result` is mbedTLS's error; `alert` what the peer said before it had shown its certificate, as in
// RFC 8446 §6, or 0. `flags` are those of all certificates of the chain; where
// there are several, the flag that says most about the identity of the peer counts.
[[nodiscard]] StreamFault handshake_fault(int result, int alert, std::uint32_t flags,
                                          bool clock_not_set);

[[nodiscard]] bool is_out_of_memory(int result);

// The connection ended below TLS.
[[nodiscard]] bool is_end_of_connection(int result);

}  // namespace cmagent::platform
