#pragma once
// Random numbers for keys and handshakes, and failures of mbedTLS as exceptions.

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

namespace cmagent::cmsim {

// Throws std::runtime_error where `error`, as mbedTLS returns it, is negative.
void check(int error, const char* what);

class Random {
  public:
    Random();
    ~Random();
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;

    mbedtls_ctr_drbg_context* get() { return &generator_; }

  private:
    mbedtls_entropy_context entropy_;
    mbedtls_ctr_drbg_context generator_;
};

}  // namespace cmagent::cmsim
