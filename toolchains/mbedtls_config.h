// The configuration of mbedTLS for boxes, versions 3.6 and 2.28: a TLS client that verifies.
// Installed in place of mbedTLS's own file by toolchains/libraries, so that library and agent see
// the same switches. What is not named here is off. With CMAGENT_MBEDTLS_TESTS (last section) the
// same for tests and cmsim. With CMAGENT_MBEDTLS_TLS12, for boxes that are short of flash, without TLS 1.3,
// without PSA, which nothing else computes through, without x25519, and with plain RSA for a client's key.

// 3.6 reads this file after it has defined its version; 2.28 reads it first.
#ifdef MBEDTLS_VERSION_NUMBER
#define CMAGENT_MBEDTLS_3
#ifndef CMAGENT_MBEDTLS_TLS12
#define CMAGENT_MBEDTLS_TLS13
#endif
#endif

// --- The box ---
#define MBEDTLS_HAVE_ASM        // multiplication in assembler: the handshake is mostly that
#define MBEDTLS_HAVE_TIME       // life time of session tickets
#define MBEDTLS_HAVE_TIME_DATE  // certificates are checked against the date. Never to be taken away
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY  // the allocator can be replaced: by one with a limit
#define MBEDTLS_FS_IO            // CA file, client certificate and key are read from files
#define MBEDTLS_VERSION_C        // its version in the log

// --- Random numbers ---
// None of its own: the agent hands on the kernel's (platform/mbedtls/random.cpp).
#if defined(CMAGENT_MBEDTLS_TLS13) && !defined(CMAGENT_MBEDTLS_TESTS)
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
#endif
#ifndef CMAGENT_MBEDTLS_3
#define MBEDTLS_CTR_DRBG_C  // 2.28 blinds its elliptic curves by it, where it is given no random numbers
#endif

// --- The protocol ---
#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_CLI_C
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET  // RFC 7627; resumption is not safe without it
#define MBEDTLS_SSL_SERVER_NAME_INDICATION  // the service stands behind a CDN
#define MBEDTLS_SSL_SESSION_TICKETS         // a re-opened connection costs no public-key operation
#define MBEDTLS_SSL_ALL_ALERT_MESSAGES      // the other side's log says why we left
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE   // pins are compared after the chain is verified
#define MBEDTLS_SSL_IN_CONTENT_LEN \
    16384  // the largest record that a server may send (RFC 8446 §5.1)
#define MBEDTLS_SSL_OUT_CONTENT_LEN \
    8192  // a client certificate with its chain is one message of 2 to 6 KiB

// TLS 1.2 key exchange: forward secrecy only.
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED

#ifdef CMAGENT_MBEDTLS_TLS13
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE  // middleboxes (RFC 8446 §D.4)
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED  // resumption, with forward \
                                                                    // secrecy
#define MBEDTLS_PSA_CRYPTO_C       // TLS 1.3 computes through PSA ...
#define MBEDTLS_PSA_CRYPTO_CONFIG  // ... with no more than psa_config.h names
// ... on what no other process or thread writes to meanwhile: each input and output would else be copied.
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS
#endif

// --- Ciphers: authenticated ones only ---
#define MBEDTLS_CIPHER_C
#define MBEDTLS_BLOCK_CIPHER_NO_DECRYPT  // GCM and CTR only ever encrypt a block
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES    // tables in flash, shared and clean, instead of 8 KiB of memory
#define MBEDTLS_AES_FEWER_TABLES  // 2 KiB of them instead of 8; a heartbeat a minute is not \
                                  // throughput
#define MBEDTLS_GCM_C  // alone: every server has AES-GCM, and it does not matter how fast a heartbeat is encrypted

// In this order; without the list the library keeps a table of all that it has ever known.
#ifdef CMAGENT_MBEDTLS_TLS13
#define MBEDTLS_SSL_CIPHERSUITES                                                      \
    MBEDTLS_TLS1_3_AES_128_GCM_SHA256, MBEDTLS_TLS1_3_AES_256_GCM_SHA384,             \
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,                              \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,                                \
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,                              \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
#else
#define MBEDTLS_SSL_CIPHERSUITES                                                      \
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,                                  \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,                                \
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,                              \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
#endif

// --- Digests ---
#define MBEDTLS_MD_C
#ifndef CMAGENT_MBEDTLS_TLS13  // else see psa_config.h
#define MBEDTLS_SHA1_C  // old roots are signed with it by themselves (DigiCert Global Root CA); no chain may be
#endif
#define MBEDTLS_SHA224_C  // 3.6 compiles SHA-256 together with it
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA384_C  // AES-256-GCM suites, and roots signed with it
#define MBEDTLS_SHA512_C
#define MBEDTLS_SHA256_SMALLER  // half the speed, a quarter of the code
#define MBEDTLS_SHA512_SMALLER

// --- Public keys: the curves and paddings that public CAs and CDNs use ---
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#ifndef CMAGENT_MBEDTLS_TLS12
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#else
#define MBEDTLS_RSA_NO_CRT
#endif
#define MBEDTLS_ECP_NIST_OPTIM  // 4 to 8 times faster on the NIST curves for 2 KiB of code
#define MBEDTLS_ECP_FIXED_POINT_OPTIM \
    0  // no tables of the curves' base points: they save a tenth of a handshake
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15  // signatures in certificates
#define MBEDTLS_PKCS1_V21  // RSA-PSS: what TLS 1.3 signs with

// --- Certificates ---
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C  // ECDSA signatures, for a client certificate
#define MBEDTLS_OID_C
#define MBEDTLS_BASE64_C
#define MBEDTLS_PEM_PARSE_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT
#define MBEDTLS_X509_REMOVE_INFO  // certificates as text: nobody reads them on a box

// --- What tests and cmsim need on top: a server, and certificates of their own ---
#ifdef CMAGENT_MBEDTLS_TESTS
#define MBEDTLS_ENTROPY_C
#ifdef CMAGENT_MBEDTLS_3
#define MBEDTLS_CTR_DRBG_C
#endif
#define MBEDTLS_SSL_SRV_C
#define MBEDTLS_SSL_TICKET_C
#define MBEDTLS_SSL_CACHE_C
#define MBEDTLS_NET_C
#define MBEDTLS_ERROR_C
#define MBEDTLS_GENPRIME
#define MBEDTLS_PK_WRITE_C
#define MBEDTLS_PEM_WRITE_C
#define MBEDTLS_X509_CREATE_C
#define MBEDTLS_X509_CRT_WRITE_C
#endif

// 2.28 checks the combination only when asked to; 3.6 always does.
#ifndef CMAGENT_MBEDTLS_3
#include "mbedtls/check_config.h"
#endif
