#include "platform/mbedtls/random.h"

#include <mbedtls/entropy.h>

#include "platform/api/entropy.h"

#ifdef MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
#include <psa/crypto.h>

// Small libraries (toolchains/mbedtls_config.h) leave PSA's random numbers to the program; others
// have their own.
psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t*, uint8_t* into,
                                             size_t size, size_t* written) {
    if (!cmagent::platform::entropy(into, size)) return PSA_ERROR_INSUFFICIENT_ENTROPY;
    *written = size;
    return PSA_SUCCESS;
}
#endif

namespace cmagent::platform {

int random_bytes(void*, unsigned char* into, std::size_t size) {
    return entropy(into, size) ? 0 : MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
}

}  // namespace cmagent::platform
