#include "platform/mbedtls/tls_fault.h"

#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/cipher.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

#include <iterator>

#include "platform/mbedtls/certificate_reading.h"

namespace cmagent::platform {
namespace {

// An error of mbedTLS is a module's, in the high bits, plus that of a module below it (error.h).
constexpr int kLow = 0x7f;
constexpr int kOutOfMemory[] = {MBEDTLS_ERR_SSL_ALLOC_FAILED,    MBEDTLS_ERR_X509_ALLOC_FAILED,
                                MBEDTLS_ERR_PK_ALLOC_FAILED,     MBEDTLS_ERR_MD_ALLOC_FAILED,
                                MBEDTLS_ERR_CIPHER_ALLOC_FAILED, MBEDTLS_ERR_ECP_ALLOC_FAILED,
                                MBEDTLS_ERR_PEM_ALLOC_FAILED};
constexpr int kOutOfMemoryBelow[] = {MBEDTLS_ERR_MPI_ALLOC_FAILED, MBEDTLS_ERR_ASN1_ALLOC_FAILED};

struct FaultFlags {
    std::uint32_t flags;
    StreamFault fault;
};
constexpr FaultFlags kFaults[] = {
    {kNotPinned, StreamFault::pin_mismatch},
    {MBEDTLS_X509_BADCERT_NOT_TRUSTED, StreamFault::certificate_untrusted},
    {MBEDTLS_X509_BADCERT_CN_MISMATCH, StreamFault::certificate_wrong_host},
    {kNotPermitted, StreamFault::certificate_constrained},
    {MBEDTLS_X509_BADCERT_REVOKED | MBEDTLS_X509_BADCERT_MISSING | MBEDTLS_X509_BADCERT_OTHER |
         MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE |
         MBEDTLS_X509_BADCERT_NS_CERT_TYPE,
     StreamFault::certificate_invalid},
    {MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY,
     StreamFault::certificate_weak},
    {MBEDTLS_X509_BADCERT_EXPIRED, StreamFault::certificate_expired},
    {MBEDTLS_X509_BADCERT_FUTURE, StreamFault::certificate_not_yet_valid},
};

struct FlagWords {
    std::uint32_t flag;
    const char* words;
};
constexpr FlagWords kWords[] = {
    {MBEDTLS_X509_BADCERT_KEY_USAGE, "keyUsage"},
    {MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, "extendedKeyUsage"},
    {MBEDTLS_X509_BADCERT_BAD_MD, "digest"},
    {MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY, "key"},
    {kNotPermitted, "a name that is not permitted"},
    {kNotPinned, "no pinned key"},
};

struct FaultAlert {
    int alert;
    StreamFault fault;
};
constexpr FaultAlert kAlerts[] = {
    {MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE, StreamFault::no_common_algorithm},
    {MBEDTLS_SSL_ALERT_MSG_INSUFFICIENT_SECURITY, StreamFault::no_common_algorithm},
    {MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION, StreamFault::no_common_version},
};
// The server has chosen a version that was not offered: 2.28 and 3.6 name this error differently.
constexpr int kOtherVersion = -0x6e80;

// The module of the error is X.509: a certificate that cannot be read.
bool is_x509(int result) {
    const int module = -result & ~kLow;
    return module >= -MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE &&
           module <= -MBEDTLS_ERR_X509_FATAL_ERROR;
}

}  // namespace

unsigned weight_of(std::uint32_t flags) {
    unsigned weight = static_cast<unsigned>(std::size(kFaults)) + 1;
    for (const FaultFlags& row : kFaults) {
        if ((flags & row.flags) != 0) return weight;
        --weight;
    }
    return flags != 0 ? 1 : 0;
}

void print_flags(TextWriter& into, std::uint32_t flags) {
    const char* before = "";
    for (const FlagWords& row : kWords) {
        if ((flags & row.flag) == 0) continue;
        into << before << row.words;
        before = ", ";
    }
    const std::uint32_t of_library = flags & ~(kNotPermitted | kNotPinned);
    if (of_library == 0) return;
    into << before;
    print_code(into, "", of_library);
}

bool is_out_of_memory(int result) {
    if (result >= 0) return false;
    for (const int error : kOutOfMemory) {
        if ((-result & ~kLow) == -error) return true;
    }
    for (const int error : kOutOfMemoryBelow) {
        if ((-result & kLow) == -error) return true;
    }
    return false;
}

// RFC 8446 §6.2: handshake_failure (40), all that is said of certificates (41 to 46, 48,
// certificate_required), access_denied (49), and a signature that does not verify (51).
bool refuses_handshake(int alert) {
    constexpr int kCertificateRequired = 116;
    const bool of_certificate = alert >= MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE &&
                                alert <= MBEDTLS_SSL_ALERT_MSG_ACCESS_DENIED;
    return of_certificate || alert == MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR ||
           alert == kCertificateRequired;
}

bool is_end_of_connection(int result) {
    return result == MBEDTLS_ERR_SSL_CONN_EOF || result == MBEDTLS_ERR_NET_CONN_RESET;
}

StreamFault handshake_fault(int result, int alert, std::uint32_t flags, bool clock_not_set) {
    if (is_out_of_memory(result)) return StreamFault::out_of_memory;
    // First: with a clock in 1970 nothing else can be judged.
    if (clock_not_set && (flags & MBEDTLS_X509_BADCERT_FUTURE) != 0) {
        return StreamFault::clock_not_set;
    }
    for (const FaultFlags& row : kFaults) {
        if ((flags & row.flags) != 0) return row.fault;
    }
    if (flags != 0 || is_x509(result)) return StreamFault::certificate_invalid;
    if (is_end_of_connection(result)) return StreamFault::closed;
    if (result == kOtherVersion) return StreamFault::no_common_version;
    for (const FaultAlert& row : kAlerts) {
        if (alert == row.alert) return row.fault;
    }
    return StreamFault::handshake_failed;
}

}  // namespace cmagent::platform
