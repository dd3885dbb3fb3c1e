#pragma once
#include <mbedtls/x509_crt.h>

#include <cstddef>
#include <cstdint>

#include "agent/base/text_writer.h"
#include "platform/api/stream.h"
#include "platform/mbedtls/der.h"

namespace cmagent::platform {

// What came of reading a certificate.
struct CertificateReading {
    int result = 0;           // mbedTLS's
    bool constrains = false;  // by name constraints that are critical
    char unknown[16];         // OID of an extension that is critical and not understood
    std::size_t unknown_size = 0;

    // Why it cannot be used, where it cannot: none, where it can.
    [[nodiscard]] StreamFault fault() const;
    // The same in words, for the log.
    void print(TextWriter& into) const;
};

// Adds a view of the certificate, which must live as long, to `chain`, as
// mbedtls_x509_crt_parse_der_nocopy() does, but for name constraints that are critical: that function
// cannot read them, and NameConstraints evaluates them.
[[nodiscard]] CertificateReading read_certificate(Der certificate, mbedtls_x509_crt& chain);

// The subject and the issuer of a certificate, whether or not it can be read: the content of their
// Names.
struct CertificateNames {
    Der subject, issuer;
};
[[nodiscard]] CertificateNames names_of(Der certificate);

// The values of a name, for the log: "Example Root, Example Ltd". They come from strangers: a byte
// that cannot be shown is a '?'.
void print_name(TextWriter& into, Der name);

// "certificate 1 (Example CA) by (Example Root): ".
void print_certificate(TextWriter& into, int depth, const CertificateNames& names);

// An error or flags of mbedTLS's, for the log: "mbedTLS -0x2562".
void print_code(TextWriter& into, const char* before, std::uint32_t code);

}  // namespace cmagent::platform
