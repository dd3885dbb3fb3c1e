#include "platform/api/digest.h"

#include <mbedtls/md.h>

#include <cstdlib>

namespace cmagent::platform {

Digest sha256(std::string_view text) {
    Digest digest;
    const mbedtls_md_info_t* const kind = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    // Only hardware fails. Digests that are all alike would make everybody everybody's owner.
    if (mbedtls_md(kind, reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                   digest.bytes) != 0)
        std::abort();
    return digest;
}

}  // namespace cmagent::platform
