#include "platform/mbedtls/memory.h"

#include <mbedtls/ssl.h>  // the library's configuration

#if defined(MBEDTLS_PLATFORM_MEMORY) && defined(MBEDTLS_MEMORY_BUFFER_ALLOC_C)
#include <mbedtls/memory_buffer_alloc.h>
#endif

namespace cmagent::platform {

bool cap_tls_memory([[maybe_unused]] Buffer pool) {
#if defined(MBEDTLS_PLATFORM_MEMORY) && defined(MBEDTLS_MEMORY_BUFFER_ALLOC_C)
    mbedtls_memory_buffer_alloc_init(reinterpret_cast<unsigned char*>(pool.data), pool.size);
    return true;
#else
    return false;
#endif
}

}  // namespace cmagent::platform
