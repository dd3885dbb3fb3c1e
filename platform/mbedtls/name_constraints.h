#pragma once
#include <mbedtls/x509_crt.h>

#include <cstddef>

#include "platform/mbedtls/certificate_name.h"
#include "platform/mbedtls/der.h"

namespace cmagent::platform {

// What the authorities of a chain may name (RFC 5280 §4.2.1.10). mbedTLS does not evaluate that:
// where it is not critical it is ignored, and where it is, the certificate cannot be read.
class NameConstraints {
  public:
    // Before a chain, whose certificates are then given from the root down.
    void reset() { count_ = 0; }
    // Whether all authorities above permit every name of the certificate, and `host`, under
    // which the certificate at depth 0 is to be known: a wildcard's name says less than what it
    // stands for. False, too, where what is said of a form of names is not understood and the
    // certificate has a name of that form. The certificate's own constraints are added, and must live
    // until the end of the chain.
    [[nodiscard]] bool permit(const mbedtls_x509_crt& certificate, int depth,
                              const CertificateHost& host);

  private:
    [[nodiscard]] bool permit_all(const mbedtls_x509_crt& certificate) const;
    [[nodiscard]] bool permit_name(int tag, Der name) const;

    // More than a chain of mbedTLS is long (MBEDTLS_X509_MAX_INTERMEDIATE_CA and two).
    static constexpr std::size_t kMost = 10;
    Der constraints_[kMost];
    std::size_t count_ = 0;
};

}  // namespace cmagent::platform
