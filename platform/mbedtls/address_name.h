#pragma once
#include <mbedtls/x509_crt.h>

namespace cmagent::platform {

// Whether the certificate names this address literal as an iPAddress (RFC 9110 §4.3.5). mbedTLS 3.6
// looks for it by itself; 2.28 compares the names of hosts alone, and would refuse every server
// that is reached by its address. False where `host` is a name.
[[nodiscard]] bool names_address(const mbedtls_x509_crt& certificate, const char* host);

}  // namespace cmagent::platform
