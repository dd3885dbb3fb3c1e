#pragma once
#include <mbedtls/x509_crt.h>

#include <cstdint>

#include "platform/api/server_chain.h"

namespace cmagent::platform {

// When the certificate ends, in seconds since 1970.
[[nodiscard]] std::int64_t end_of(const mbedtls_x509_crt& certificate);

// Keeps the newest chain that is the server's: by a root that is trusted, for its name and by its
// pins, be it over or too weak. A resumed handshake shows no certificate, and changes nothing; nor
// does a captive portal's chain.
class ChainRecord {
  public:
    // For each certificate as it is verified, from the root down to the server's own, which has depth
    // 0; `flags`: of it and those above.
    void note(const mbedtls_x509_crt& certificate, int depth, std::uint32_t flags);
    [[nodiscard]] const ServerChain& seen() const { return seen_; }

  private:
    ServerChain seen_;
    ServerChain pending_;
};

}  // namespace cmagent::platform
