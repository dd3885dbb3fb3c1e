#include "platform/mbedtls/der.h"

namespace cmagent::platform {

Der Der::take(int tag) {
    if (empty()) return {};
    unsigned char* content = at;
    std::size_t length = 0;
    const int result = mbedtls_asn1_get_tag(&content, end, &length, tag);
    if (result == MBEDTLS_ERR_ASN1_UNEXPECTED_TAG) return {};
    if (result != 0) {
        *this = {};
        return {};
    }
    at = content + length;
    return {content, length};
}

Der extension(const mbedtls_x509_crt& certificate, Extension kind, unsigned which) {
    const char oid[] = {0x55, 0x1d, static_cast<char>(kind)};
    Der extensions = Der(certificate.v3_ext).take(kSequence);
    while (!extensions.empty()) {
        Der one = extensions.take(kSequence);
        if (one.empty()) break;
        if (one.take(MBEDTLS_ASN1_OID).text() != std::string_view(oid, sizeof oid)) continue;
        if (which-- > 0) continue;
        (void)one.take(MBEDTLS_ASN1_BOOLEAN);  // critical; may be left out
        return one.take(MBEDTLS_ASN1_OCTET_STRING);
    }
    return {};
}

Der subject_alt_names(const mbedtls_x509_crt& certificate) {
    return extension(certificate, Extension::subject_alt_name).take(kSequence);
}

bool Attributes::next(Der& kind, Der& value) {
    if (together_.empty()) together_ = names_.take(kSet);
    Der attribute = together_.take(kSequence);
    kind = attribute.take(MBEDTLS_ASN1_OID);
    value = attribute.take();
    return value.valid();
}

Der subject_of(const mbedtls_x509_crt& certificate) {
    return Der(certificate.subject_raw).take(kSequence);
}

}  // namespace cmagent::platform
