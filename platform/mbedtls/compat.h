#pragma once
// The one place that tells mbedTLS 2.28 from 3.6. All other code uses only the interface that both
// have.

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <cstddef>

#include "platform/mbedtls/der.h"

namespace cmagent::platform::compat {

// Before anything else: 3.6 computes TLS 1.3 through PSA.
[[nodiscard]] bool start_crypto();

[[nodiscard]] int parse_key_file(mbedtls_pk_context& key, const char* path);
[[nodiscard]] bool key_belongs_to(const mbedtls_x509_crt& certificate,
                                  const mbedtls_pk_context& key);

// Nothing older than TLS 1.2; 1.3 where the library has it, and that with forward secrecy for a
// session that is resumed, too.
void offer_versions(mbedtls_ssl_config& config);
// The groups, and the signatures in the handshake, of contract.md, "TLS to CM": those of them that
// the library has.
void offer_groups(mbedtls_ssl_config& config);
void offer_signatures(mbedtls_ssl_config& config);

// TLS 1.3 brings tickets after the handshake, and 3.6 tells of them only on request.
void ask_for_tickets(mbedtls_ssl_config& config);
// Not an error: a session that can be resumed has arrived, and the call is to be repeated.
[[nodiscard]] bool is_new_ticket(int result);
// Whether a session can be kept at the end of the handshake: in TLS 1.3 it cannot yet.
[[nodiscard]] bool has_session_after_handshake(const mbedtls_ssl_context& ssl);

// The number of the alert that has ended the call with `result`; 0: no alert has.
[[nodiscard]] int fatal_alert(const mbedtls_ssl_context& ssl, int result);

[[nodiscard]] bool is_handshake_over(mbedtls_ssl_context& ssl);

// The list of a Certificate message (RFC 5246 §7.4.2, RFC 8446 §4.4.2), where that is what the
// handshake has come to; not valid otherwise.
struct CertificateList {
    Der entries;
    std::size_t size_of_extensions = 0;  // the bytes of the size of what stands behind each entry
};
[[nodiscard]] CertificateList certificates_in_hand(const mbedtls_ssl_context& ssl);

}  // namespace cmagent::platform::compat
