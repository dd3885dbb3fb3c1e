#pragma once
#include <mbedtls/x509_crt.h>

#include <cstdint>

namespace cmagent::platform {

// The MBEDTLS_X509_BADCERT_* of a certificate that may not be used at this depth of a server's chain
// (RFC 5280 §4.2.1.3, §4.2.1.12): one that says what it is for must say that it signs, certificates
// or handshakes, and that it is for servers, which those above the peer's own must, too. 0: it may.
// Not left to mbedTLS: it asks the peer's own certificate alone for extended usages, and 2.28 built
// without MBEDTLS_X509_CHECK_KEY_USAGE and MBEDTLS_X509_CHECK_EXTENDED_KEY_USAGE nobody for anything.
[[nodiscard]] std::uint32_t forbidden_usage(const mbedtls_x509_crt& certificate, int depth);

}  // namespace cmagent::platform
