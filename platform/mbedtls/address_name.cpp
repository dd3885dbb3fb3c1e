#include "platform/mbedtls/address_name.h"

#include <arpa/inet.h>
#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>

#include <cstddef>
#include <cstring>

namespace cmagent::platform {
namespace {

constexpr int kSequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;
constexpr int kAddress = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7;  // GeneralName, RFC 5280 §4.2.1.6

// The rest of a DER value.
struct Der {
    unsigned char* at;
    const unsigned char* end;

    // The content of the next element, which must have this tag; at == nullptr where it has not.
    [[nodiscard]] Der take(int tag) {
        std::size_t size = 0;
        if (mbedtls_asn1_get_tag(&at, end, &size, tag) != 0) return {nullptr, nullptr};
        const Der content = {at, at + size};
        at += size;
        return content;
    }
    [[nodiscard]] bool empty() const { return at == nullptr || at >= end; }
    [[nodiscard]] bool is(const void* bytes, std::size_t size) const {
        return at != nullptr && static_cast<std::size_t>(end - at) == size &&
               std::memcmp(at, bytes, size) == 0;
    }
};

// The GeneralNames of the subjectAltName extension.
Der subject_alt_names(const mbedtls_x509_crt& certificate) {
    Der all = {certificate.v3_ext.p, certificate.v3_ext.p + certificate.v3_ext.len};
    Der extensions = all.empty() ? all : all.take(kSequence);
    while (!extensions.empty()) {
        Der extension = extensions.take(kSequence);
        if (extension.empty()) break;
        const Der kind = extension.take(MBEDTLS_ASN1_OID);
        if (!kind.is(MBEDTLS_OID_SUBJECT_ALT_NAME,
                     MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME))) {
            continue;
        }
        int critical = 0;  // may be left out
        mbedtls_asn1_get_bool(&extension.at, extension.end, &critical);
        Der value = extension.take(MBEDTLS_ASN1_OCTET_STRING);
        return value.empty() ? value : value.take(kSequence);
    }
    return {nullptr, nullptr};
}

}  // namespace

bool names_address(const mbedtls_x509_crt& certificate, const char* host) {
    unsigned char address[sizeof(in6_addr)];
    const bool four = inet_pton(AF_INET, host, address) == 1;
    if (!four && inet_pton(AF_INET6, host, address) != 1) return false;
    Der names = subject_alt_names(certificate);
    while (!names.empty()) {
        const int tag = *names.at;
        const Der name = names.take(tag);
        if (name.at == nullptr) return false;
        if (tag == kAddress && name.is(address, four ? sizeof(in_addr) : sizeof(in6_addr)))
            return true;
    }
    return false;
}

}  // namespace cmagent::platform
