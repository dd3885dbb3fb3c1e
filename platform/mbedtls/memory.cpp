#include "platform/mbedtls/memory.h"

#include <mbedtls/ssl.h>  // the library's configuration

#ifdef MBEDTLS_PLATFORM_MEMORY
#include <malloc.h>
#include <mbedtls/platform.h>

#include <algorithm>
#include <cstdlib>

#include "agent/base/wipe.h"
#endif

namespace cmagent::platform {

#ifdef MBEDTLS_PLATFORM_MEMORY
namespace {

std::size_t in_use = 0;  // as malloc_usable_size() counts: no block needs a head of its own

void* take(std::size_t count, std::size_t size) {
    std::size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > kMaxTlsMemory) return nullptr;
    if (in_use + bytes > kMaxTlsMemory) return nullptr;
    void* const block = std::calloc(count, size);
    in_use += malloc_usable_size(block);
    return block;
}

void give_back(void* block) {
    const std::size_t size = malloc_usable_size(block);
    in_use -= std::min(in_use, size);
    if (size > 0) wipe(block, size);
    std::free(block);
}

}  // namespace
#endif

bool cap_tls_memory() {
#ifdef MBEDTLS_PLATFORM_MEMORY
    return mbedtls_platform_set_calloc_free(take, give_back) == 0;
#else
    return false;
#endif
}

}  // namespace cmagent::platform
