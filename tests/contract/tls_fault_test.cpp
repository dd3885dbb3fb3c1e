// By which name a failed handshake is reported: each flag of mbedTLS's verification, each class of
// error. Those that no mbedTLS server can be made to send are covered here alone.
#include "platform/mbedtls/tls_fault.h"

#include <gtest/gtest.h>
#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/rsa.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

namespace cmagent::contract {
namespace {

using platform::handshake_fault;
using platform::StreamFault;

constexpr int kRefused = MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;

TEST(HandshakeFault, NamesEachFlag) {
    const struct {
        std::uint32_t flag;
        StreamFault fault;
    } kCases[] = {
        {MBEDTLS_X509_BADCERT_EXPIRED, StreamFault::certificate_expired},
        {MBEDTLS_X509_BADCERT_REVOKED, StreamFault::certificate_invalid},
        {MBEDTLS_X509_BADCERT_CN_MISMATCH, StreamFault::certificate_wrong_host},
        {MBEDTLS_X509_BADCERT_NOT_TRUSTED, StreamFault::certificate_untrusted},
        {MBEDTLS_X509_BADCRL_EXPIRED, StreamFault::certificate_invalid},
        {MBEDTLS_X509_BADCERT_MISSING, StreamFault::certificate_invalid},
        {MBEDTLS_X509_BADCERT_OTHER, StreamFault::certificate_invalid},
        {MBEDTLS_X509_BADCERT_FUTURE, StreamFault::certificate_not_yet_valid},
        {MBEDTLS_X509_BADCERT_KEY_USAGE, StreamFault::certificate_invalid},
        {MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, StreamFault::certificate_invalid},
        {MBEDTLS_X509_BADCERT_NS_CERT_TYPE, StreamFault::certificate_invalid},
        {MBEDTLS_X509_BADCERT_BAD_MD, StreamFault::certificate_weak},
        {MBEDTLS_X509_BADCERT_BAD_PK, StreamFault::certificate_weak},
        {MBEDTLS_X509_BADCERT_BAD_KEY, StreamFault::certificate_weak},
        {platform::kNotPermitted, StreamFault::certificate_constrained},
        {platform::kNotPinned, StreamFault::pin_mismatch},
        {1U << 31, StreamFault::certificate_invalid},  // one that this version does not know
    };
    for (const auto& one : kCases) {
        EXPECT_EQ(handshake_fault(kRefused, 0, one.flag, false), one.fault) << one.flag;
    }
}

TEST(HandshakeFault, BlamesTheClockForTheFutureOnly) {
    EXPECT_EQ(handshake_fault(kRefused, 0, MBEDTLS_X509_BADCERT_FUTURE, true),
              StreamFault::clock_not_set);
    EXPECT_EQ(handshake_fault(kRefused, 0,
                              MBEDTLS_X509_BADCERT_FUTURE | MBEDTLS_X509_BADCERT_NOT_TRUSTED, true),
              StreamFault::clock_not_set);
    EXPECT_EQ(handshake_fault(kRefused, 0, MBEDTLS_X509_BADCERT_EXPIRED, true),
              StreamFault::certificate_expired);
}

TEST(HandshakeFault, NamesErrorsWithoutFlags) {
    const struct {
        int result;
        StreamFault fault;
    } kCases[] = {
        {MBEDTLS_ERR_SSL_ALLOC_FAILED, StreamFault::out_of_memory},
        {MBEDTLS_ERR_X509_ALLOC_FAILED, StreamFault::out_of_memory},
        {MBEDTLS_ERR_RSA_PRIVATE_FAILED + MBEDTLS_ERR_MPI_ALLOC_FAILED, StreamFault::out_of_memory},
        {MBEDTLS_ERR_X509_INVALID_FORMAT + MBEDTLS_ERR_ASN1_ALLOC_FAILED,
         StreamFault::out_of_memory},
        {MBEDTLS_ERR_X509_INVALID_FORMAT + MBEDTLS_ERR_ASN1_OUT_OF_DATA,
         StreamFault::certificate_invalid},
        {MBEDTLS_ERR_X509_FATAL_ERROR, StreamFault::certificate_invalid},
        {MBEDTLS_ERR_SSL_CONN_EOF, StreamFault::closed},
        {MBEDTLS_ERR_NET_CONN_RESET, StreamFault::closed},
        {MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, StreamFault::handshake_failed},
        {MBEDTLS_ERR_SSL_INVALID_RECORD, StreamFault::handshake_failed},
        {0, StreamFault::handshake_failed},  // success that did not stand our own check
    };
    for (const auto& one : kCases) {
        EXPECT_EQ(handshake_fault(one.result, 0, 0, false), one.fault) << one.result;
    }
}

TEST(HandshakeFault, NamesWhatTheTwoSidesLack) {
    const struct {
        int result;
        int alert;
        StreamFault fault;
    } kCases[] = {
        {-0x6e80, 0, StreamFault::no_common_version},  // BAD_(HS_)PROTOCOL_VERSION
        {MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, 70, StreamFault::no_common_version},
        {MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, 40, StreamFault::no_common_algorithm},
        {MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, 71, StreamFault::no_common_algorithm},
        {MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, 80, StreamFault::handshake_failed},
    };
    for (const auto& one : kCases) {
        EXPECT_EQ(handshake_fault(one.result, one.alert, 0, false), one.fault) << one.alert;
    }
    EXPECT_EQ(handshake_fault(kRefused, 40, MBEDTLS_X509_BADCERT_BAD_KEY, false),
              StreamFault::certificate_weak);
}

}  // namespace
}  // namespace cmagent::contract
