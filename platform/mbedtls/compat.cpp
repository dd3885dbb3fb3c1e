#include "platform/mbedtls/compat.h"

#include <mbedtls/version.h>

#include <cstdint>
#include <cstring>

#include "platform/mbedtls/random.h"

#if MBEDTLS_VERSION_NUMBER >= 0x03000000
#define CMAGENT_MBEDTLS_3
#endif

#if defined(CMAGENT_MBEDTLS_3) && defined(MBEDTLS_PSA_CRYPTO_C)
#include <psa/crypto.h>
#endif

namespace cmagent::platform::compat {
namespace {

#ifdef CMAGENT_MBEDTLS_3
// What the library lacks it leaves out by itself.
constexpr std::uint16_t kGroups[] = {
    MBEDTLS_SSL_IANA_TLS_GROUP_X25519,    MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_SECP521R1,
    MBEDTLS_SSL_IANA_TLS_GROUP_NONE,
};
// In TLS 1.2 those of ECDSA name the digest alone, and any curve of the profile goes with it.
constexpr std::uint16_t kSignatures[] = {
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512, MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,       MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,       MBEDTLS_TLS1_3_SIG_NONE,
};
#else
// 2.28 refuses to begin with a curve that it lacks.
constexpr mbedtls_ecp_group_id kGroups[] = {
#ifdef MBEDTLS_ECP_DP_CURVE25519_ENABLED
    MBEDTLS_ECP_DP_CURVE25519,
#endif
#ifdef MBEDTLS_ECP_DP_SECP256R1_ENABLED
    MBEDTLS_ECP_DP_SECP256R1,
#endif
#ifdef MBEDTLS_ECP_DP_SECP384R1_ENABLED
    MBEDTLS_ECP_DP_SECP384R1,
#endif
#ifdef MBEDTLS_ECP_DP_SECP521R1_ENABLED
    MBEDTLS_ECP_DP_SECP521R1,
#endif
    MBEDTLS_ECP_DP_NONE,
};
// Each with RSA and with ECDSA.
constexpr int kSignatures[] = {MBEDTLS_MD_SHA256, MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA512,
                               MBEDTLS_MD_NONE};
#endif

}  // namespace

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

void offer_versions(mbedtls_ssl_config& config) {
#ifdef CMAGENT_MBEDTLS_3
    mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
    mbedtls_ssl_conf_tls13_key_exchange_modes(&config,
                                              MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ALL);
    if (CMAGENT_TLS13 == 0) mbedtls_ssl_conf_max_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
#endif
#else
    mbedtls_ssl_conf_min_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
#endif
}

void offer_groups(mbedtls_ssl_config& config) {
#ifdef CMAGENT_MBEDTLS_3
    mbedtls_ssl_conf_groups(&config, kGroups);
#else
    mbedtls_ssl_conf_curves(&config, kGroups);
#endif
}

void offer_signatures(mbedtls_ssl_config& config) {
#ifdef CMAGENT_MBEDTLS_3
    mbedtls_ssl_conf_sig_algs(&config, kSignatures);
#else
    mbedtls_ssl_conf_sig_hashes(&config, kSignatures);
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

int fatal_alert(const mbedtls_ssl_context& ssl, int result) {
    if (result != MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) return 0;
#ifdef CMAGENT_MBEDTLS_3
    return ssl.MBEDTLS_PRIVATE(in_msg)[1];
#else
    return ssl.in_msg[1];
#endif
}

bool is_handshake_over(mbedtls_ssl_context& ssl) {
#ifdef CMAGENT_MBEDTLS_3
    return mbedtls_ssl_is_handshake_over(&ssl) != 0;
#else
    return ssl.state == MBEDTLS_SSL_HANDSHAKE_OVER;
#endif
}

CertificateList certificates_in_hand(const mbedtls_ssl_context& ssl) {
#ifdef CMAGENT_MBEDTLS_3
    unsigned char* const message = ssl.MBEDTLS_PRIVATE(in_msg);
    std::size_t size = ssl.MBEDTLS_PRIVATE(in_hslen);
#else
    unsigned char* const message = ssl.in_msg;
    std::size_t size = ssl.in_hslen;
#endif
    const bool extended = !has_session_after_handshake(ssl);
    std::size_t head = 4 + 3;                           // of the message, and the size of the list
    if (extended && size > 4) head += 1U + message[4];  // what the server repeats of a request
    if (size < head || size > MBEDTLS_SSL_IN_CONTENT_LEN) return {};
    if (message[0] != MBEDTLS_SSL_HS_CERTIFICATE) return {};
    return {{message + head, size - head}, extended ? std::size_t{2} : 0};
}

}  // namespace cmagent::platform::compat
