#pragma once
#include <mbedtls/version.h>

namespace cmagent::platform {

// For the log: "mbed TLS 3.6.2", the one that the program was built with.
inline constexpr char kTlsLibrary[] = MBEDTLS_VERSION_STRING_FULL;

}  // namespace cmagent::platform
