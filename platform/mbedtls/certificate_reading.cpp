#include "platform/mbedtls/certificate_reading.h"

#include <mbedtls/oid.h>

#include <cstring>

#include "agent/base/hex.h"
#include "agent/base/text.h"
#include "agent/base/utf8.h"

namespace cmagent::platform {
namespace {

// No part of a name takes more room in the log: subjects come from strangers.
constexpr std::size_t kMostOfValue = 64;

int on_extension(void* into, const mbedtls_x509_crt*, const mbedtls_x509_buf* oid, int critical,
                 const unsigned char*, const unsigned char*) {
    CertificateReading& reading = *static_cast<CertificateReading*>(into);
    if (critical == 0) return 0;
    if (Der(*oid).text() == MBEDTLS_OID_NAME_CONSTRAINTS) {
        reading.constrains = true;
        return 0;
    }
    reading.unknown_size = oid->len < sizeof reading.unknown ? oid->len : sizeof reading.unknown;
    std::memcpy(reading.unknown, oid->p, reading.unknown_size);
    return MBEDTLS_ERR_X509_INVALID_EXTENSIONS;
}

// X.690 §8.19, for OIDs whose first number is 0 to 2 and whose second one needs no second byte.
void print_oid(TextWriter& into, std::string_view oid) {
    unsigned number = 0;
    for (const char& c : oid) {
        const auto byte = static_cast<unsigned char>(c);
        number = number << 7 | (byte & 0x7f);
        if (byte >= 0x80) continue;
        if (&c == oid.data()) {
            into << byte / 40 << '.' << byte % 40;
        } else {
            into << '.' << number;
        }
        number = 0;
    }
}

// As it is in UTF-8, which all kinds of strings are that are in use but BMPString.
void print_value(TextWriter& into, std::string_view value) {
    value = slice(value, 0, kMostOfValue);
    while (!value.empty()) {
        std::size_t size = unprintable_length(value) > 0 ? 0 : sequence_length(value);
        into << (size > 0 ? slice(value, 0, size) : "?");
        if (size == 0) size = 1;
        value.remove_prefix(size);
    }
}

}  // namespace

CertificateReading read_certificate(Der certificate, mbedtls_x509_crt& chain) {
    CertificateReading reading;
    reading.result = mbedtls_x509_crt_parse_der_with_ext_cb(
        &chain, certificate.at, certificate.size(), 0, on_extension, &reading);
    return reading;
}

StreamFault CertificateReading::fault() const {
    constexpr int kOfModule = ~0x7f;
    // One whose signature is of an unknown kind mbedTLS leaves out of a chain.
    const bool left_out = result == MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG + MBEDTLS_ERR_OID_NOT_FOUND;
    if (result == 0 || left_out) {
        return constrains ? StreamFault::certificate_constrained : StreamFault::none;
    }
    const int module = -(-result & kOfModule);
    const bool key =
        module == MBEDTLS_ERR_PK_UNKNOWN_PK_ALG || module == MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE;
    return key ? StreamFault::certificate_weak : StreamFault::certificate_invalid;
}

void CertificateReading::print(TextWriter& into) const {
    if (unknown_size > 0) {
        into << "critical extension ";
        print_oid(into, {unknown, unknown_size});
        return;
    }
    if (fault() == StreamFault::certificate_constrained) {
        into << "critical name constraints";
        return;
    }
    print_code(into, "-", static_cast<std::uint32_t>(-result));
}

CertificateNames names_of(Der certificate) {
    Der whole = certificate.take(kSequence);
    Der fields = whole.take(kSequence);
    (void)fields.take(MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED);  // version
    (void)fields.take();                                                          // serial number
    (void)fields.take();                                                          // algorithm
    CertificateNames names;
    names.issuer = fields.take(kSequence);
    (void)fields.take();  // validity
    names.subject = fields.take(kSequence);
    return names;
}

void print_name(TextWriter& into, Der name) {
    Attributes attributes(name);
    Der kind, value;
    const char* before = "";
    while (attributes.next(kind, value)) {
        into << before;
        print_value(into, value.text());
        before = ", ";
    }
}

void print_certificate(TextWriter& into, int depth, const CertificateNames& names) {
    into << "certificate " << depth << " (";
    print_name(into, names.subject);
    into << ") by (";
    print_name(into, names.issuer);
    into << "): ";
}

void print_code(TextWriter& into, const char* before, std::uint32_t code) {
    into << "mbedTLS " << before << "0x";
    write_hex(into, code, code > 0xffff ? 5 : 4);
}

}  // namespace cmagent::platform
