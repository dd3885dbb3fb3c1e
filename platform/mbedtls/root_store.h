#pragma once
#include <mbedtls/x509_crt.h>

#include <cstdint>

#include "platform/mbedtls/der.h"

namespace cmagent::platform {

// The roots that are trusted, in the order of their file, as the certificates that they are: of one
// that mbedTLS has read it keeps a KiB more, and what a chain needs is one of 144. In the memory
// that TLS is given.
class RootStore {
  public:
    RootStore() = default;
    ~RootStore();
    RootStore(const RootStore&) = delete;
    RootStore& operator=(const RootStore&) = delete;

    // Keeps a copy; false: there is no memory for it.
    [[nodiscard]] bool add(const mbedtls_x509_crt& root);

    // Adds to `into` those that a certificate of the chain names as its issuer; whether they have
    // signed it, mbedTLS sees. They are views, and live no longer than the store. Returns mbedTLS's
    // error, or 0.
    [[nodiscard]] int find(const mbedtls_x509_crt& chain, mbedtls_x509_crt& into) const;

    void swap(RootStore& other);

  private:
    struct Root {
        Root* next;
        std::uint32_t name;  // a hash of its subject
        std::uint32_t size;  // of the certificate, which stands behind this

        [[nodiscard]] unsigned char* bytes() { return reinterpret_cast<unsigned char*>(this + 1); }
    };

    Root* first_ = nullptr;
    Root* last_ = nullptr;
};

}  // namespace cmagent::platform
