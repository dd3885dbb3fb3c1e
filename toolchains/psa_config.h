// What PSA, the interface that TLS 1.3 computes through in mbedTLS 3.6, has to know. TLS 1.2 and certificates use
// the switches of mbedtls_config.h. Installed by toolchains/libraries in place of mbedTLS's own psa/crypto_config.h.

#pragma once

// The key schedule (RFC 8446 §7.1).
#define PSA_WANT_ALG_HKDF_EXTRACT 1
#define PSA_WANT_ALG_HKDF_EXPAND 1
#define PSA_WANT_ALG_HMAC 1
#define PSA_WANT_ALG_SHA_256 1
#define PSA_WANT_ALG_SHA_384 1
#define PSA_WANT_KEY_TYPE_DERIVE 1
#define PSA_WANT_KEY_TYPE_HMAC 1

// The key exchange.
#define PSA_WANT_ALG_ECDH 1
#define PSA_WANT_ECC_SECP_R1_256 1
#define PSA_WANT_ECC_SECP_R1_384 1
#define PSA_WANT_ECC_MONTGOMERY_255 1
#define PSA_WANT_KEY_TYPE_ECC_PUBLIC_KEY 1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_BASIC 1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_IMPORT 1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_EXPORT 1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_GENERATE 1

// Old roots are signed with SHA-1 by themselves (DigiCert Global Root CA). mbedTLS reads such a certificate only
// where it knows the digest's name; a root's own signature is not verified, and no other signature with SHA-1 may
// be accepted. So the name is known, and the digest is left to a hardware that is not there.
#define PSA_WANT_ALG_SHA_1 1
#define MBEDTLS_PSA_ACCEL_ALG_SHA_1 1
