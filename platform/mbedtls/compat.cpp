#include "platform/mbedtls/compat.h"

#include <mbedtls/version.h>

#include <cstring>

#include "platform/mbedtls/random.h"

#if MBEDTLS_VERSION_NUMBER >= 0x03000000
#define CMAGENT_MBEDTLS_3
#endif

#if defined(CMAGENT_MBEDTLS_3) && defined(MBEDTLS_PSA_CRYPTO_C)
#include <psa/crypto.h>
#endif

namespace cmagent::platform::compat {

bool start_crypto() {
#if defined(CMAGENT_MBEDTLS_3) && defined(MBEDTLS_PSA_CRYPTO_C)
    return psa_crypto_init() == PSA_SUCCESS;
#else
    return true;
#endif
}

int parse_key_file(mbedtls_pk_context& key, const char* path) {
#ifdef CMAGENT_MBEDTLS_3
    return mbedtls_pk_parse_keyfile(&key, path, nullptr, random_bytes, nullptr);
#else
    return mbedtls_pk_parse_keyfile(&key, path, nullptr);
#endif
}

bool key_belongs_to(const mbedtls_x509_crt& certificate, const mbedtls_pk_context& key) {
#ifdef CMAGENT_MBEDTLS_3
    return mbedtls_pk_check_pair(&certificate.pk, &key, random_bytes, nullptr) == 0;
#else
    return mbedtls_pk_check_pair(&certificate.pk, &key) == 0;
#endif
}

void require_tls_1_2(mbedtls_ssl_config& config) {
#ifdef CMAGENT_MBEDTLS_3
    mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
#else
    mbedtls_ssl_conf_min_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
#endif
}

void ask_for_tickets([[maybe_unused]] mbedtls_ssl_config& config) {
#ifdef MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
        &config, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#endif
#endif
}

bool is_new_ticket([[maybe_unused]] int result) {
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
    return result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
#else
    return false;
#endif
}

bool has_session_after_handshake(const mbedtls_ssl_context& ssl) {
    return std::strcmp(mbedtls_ssl_get_version(&ssl), "TLSv1.2") == 0;
}

bool is_handshake_over(mbedtls_ssl_context& ssl) {
#ifdef CMAGENT_MBEDTLS_3
    return mbedtls_ssl_is_handshake_over(&ssl) != 0;
#else
    return ssl.state == MBEDTLS_SSL_HANDSHAKE_OVER;
#endif
}

}  // namespace cmagent::platform::compat
