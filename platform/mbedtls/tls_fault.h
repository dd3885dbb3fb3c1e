#pragma once
#include <cstdint>

#include "agent/base/text_writer.h"
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

// How much a certificate's flags say of the peer's identity; 0: they are none. Where there are several
// certificates with flags, the one whose say the most is the one to be told of.
[[nodiscard]] unsigned weight_of(std::uint32_t flags);

// The flags in words, for the log, as far as the name of their fault does not say it, and as a number.
void print_flags(TextWriter& into, std::uint32_t flags);

// Whether an alert that comes when our side of the handshake is done refuses it: in TLS 1.3 the
// client's certificate is judged only then.
[[nodiscard]] bool refuses_handshake(int alert);

[[nodiscard]] bool is_out_of_memory(int result);

// The connection ended below TLS.
[[nodiscard]] bool is_end_of_connection(int result);

}  // namespace cmagent::platform
