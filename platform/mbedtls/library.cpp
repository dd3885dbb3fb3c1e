#include "platform/mbedtls/library.h"

#include <mbedtls/version.h>

namespace cmagent::platform {

// OpenWrt's library is built without the function: there the version that was built with is said.
const char* tls_library() {
#ifdef MBEDTLS_VERSION_C
    static char version[sizeof "255.255.255"];
    mbedtls_version_get_string(version);
    return version;
#else
    return MBEDTLS_VERSION_STRING;
#endif
}

}  // namespace cmagent::platform
