#include "platform/mbedtls/library.h"

#include <mbedtls/version.h>

namespace cmagent::platform {

const char* tls_library() {
    static char version[sizeof "255.255.255"];
    mbedtls_version_get_string(version);
    return version;
}

}  // namespace cmagent::platform
