#include "tests/cmsim/random.h"

#include <cstdio>
#include <stdexcept>
#include <string>

namespace cmagent::cmsim {

void check(int error, const char* what) {
    if (error >= 0) return;
    char code[16];
    std::snprintf(code, sizeof code, "-0x%04x", static_cast<unsigned>(-error));
    throw std::runtime_error(std::string(what) + ": mbedTLS " + code);
}

Random::Random() {
    mbedtls_entropy_init(&entropy_);
    mbedtls_ctr_drbg_init(&generator_);
    check(mbedtls_ctr_drbg_seed(&generator_, mbedtls_entropy_func, &entropy_, nullptr, 0),
          "random numbers");
}

Random::~Random() {
    mbedtls_ctr_drbg_free(&generator_);
    mbedtls_entropy_free(&entropy_);
}

}  // namespace cmagent::cmsim
