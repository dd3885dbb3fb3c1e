#include "platform/mbedtls/certificate_usage.h"

#include <mbedtls/oid.h>
#include <mbedtls/x509.h>

#include "platform/mbedtls/der.h"

namespace cmagent::platform {
namespace {

template <std::size_t N>
constexpr std::string_view bytes_of(const char (&oid)[N]) {
    return {oid, N - 1};
}

bool is_for_servers(Der usages) {
    Der list = usages.take(kSequence);
    while (!list.empty()) {
        const std::string_view usage = list.take(MBEDTLS_ASN1_OID).text();
        if (usage == bytes_of(MBEDTLS_OID_SERVER_AUTH)) return true;
        if (usage == bytes_of(MBEDTLS_OID_ANY_EXTENDED_KEY_USAGE)) return true;
        if (usage.data() == nullptr) return false;
    }
    return false;
}

// A BIT STRING; a byte before the bits says how many of the last byte do not count. Both bits that
// are asked for are in the first byte.
bool has_usage(Der usages, unsigned bit) {
    const std::string_view bits = usages.take(MBEDTLS_ASN1_BIT_STRING).text();
    return bits.size() > 1 && (static_cast<unsigned char>(bits[1]) & bit) != 0;
}

}  // namespace

std::uint32_t forbidden_usage(const mbedtls_x509_crt& certificate, int depth) {
    std::uint32_t flags = 0;
    const Der usage = extension(certificate, Extension::key_usage);
    const unsigned bit =
        depth > 0 ? MBEDTLS_X509_KU_KEY_CERT_SIGN : MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
    if (usage.valid() && !has_usage(usage, bit)) flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
    const Der extended = extension(certificate, Extension::extended_key_usage);
    if (extended.valid() && !is_for_servers(extended)) flags |= MBEDTLS_X509_BADCERT_EXT_KEY_USAGE;
    return flags;
}

}  // namespace cmagent::platform
