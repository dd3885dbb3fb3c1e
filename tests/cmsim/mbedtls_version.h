#pragma once
// The one place that knows that mbedTLS 2.28 and 3.x differ.

#include <mbedtls/bignum.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/pk.h>
#include <mbedtls/sha256.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#if MBEDTLS_VERSION_MAJOR >= 3
#include <psa/crypto.h>
#endif

#include <cstddef>

namespace cmagent::cmsim {

// TLS 1.3 in 3.x needs PSA before anything else.
inline int start_cryptography() {
#if MBEDTLS_VERSION_MAJOR >= 3
    return psa_crypto_init() == PSA_SUCCESS ? 0 : -1;
#else
    return 0;
#endif
}

// `size` counts the terminating NUL of a PEM text.
inline int parse_key(mbedtls_pk_context* key, const unsigned char* text, std::size_t size,
                     mbedtls_ctr_drbg_context* random) {
#if MBEDTLS_VERSION_MAJOR >= 3
    return mbedtls_pk_parse_key(key, text, size, nullptr, 0, mbedtls_ctr_drbg_random, random);
#else
    (void)random;
    return mbedtls_pk_parse_key(key, text, size, nullptr, 0);
#endif
}

inline int set_serial(mbedtls_x509write_cert* certificate, unsigned char* serial,
                      std::size_t size) {
#if MBEDTLS_VERSION_NUMBER >= 0x03040000
    return mbedtls_x509write_crt_set_serial_raw(certificate, serial, size);
#else
    mbedtls_mpi number;
    mbedtls_mpi_init(&number);
    int error = mbedtls_mpi_read_binary(&number, serial, size);
    if (error == 0) error = mbedtls_x509write_crt_set_serial(certificate, &number);
    mbedtls_mpi_free(&number);
    return error;
#endif
}

inline int sha256(const unsigned char* data, std::size_t size, unsigned char* digest) {
#if MBEDTLS_VERSION_MAJOR >= 3
    return mbedtls_sha256(data, size, digest, 0);
#else
    return mbedtls_sha256_ret(data, size, digest, 0);
#endif
}

// RFC 9325 §3.1.1: nothing older than TLS 1.2.
inline void require_tls_1_2(mbedtls_ssl_config* config) {
#if MBEDTLS_VERSION_MAJOR >= 3
    mbedtls_ssl_conf_min_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
#else
    mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
#endif
}

// TLS 1.3 hands out tickets in the midst of reading; that is no error.
inline bool is_session_ticket(int result) {
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
    return result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
#else
    (void)result;
    return false;
#endif
}

}  // namespace cmagent::cmsim
