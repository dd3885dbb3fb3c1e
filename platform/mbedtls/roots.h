#pragma once
#include <mbedtls/x509_crt.h>

#include "platform/mbedtls/tls_context.h"

namespace cmagent::platform {

// Adds the roots of a file, PEM or one in DER, to `into`, and tells `loaded` of them. Returns nullptr,
// or why there is none: a literal, or the system's word for it.
[[nodiscard]] const char* read_roots(const char* file, mbedtls_x509_crt& into, TlsLoaded& loaded);

}  // namespace cmagent::platform
