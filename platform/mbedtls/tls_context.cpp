#include "platform/mbedtls/tls_context.h"

#include <mbedtls/md.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/base/base64.h"
#include "agent/base/text_writer.h"
#include "platform/mbedtls/compat.h"
#include "platform/mbedtls/memory.h"
#include "platform/mbedtls/random.h"
#include "platform/mbedtls/roots.h"
#include "platform/mbedtls/tls_fault.h"

namespace cmagent::platform {
namespace {

// contract.md, "TLS to CM", whatever the library was built with; a suite that it lacks is left out.
// AES first: every server has it, and a heartbeat a minute is not throughput.
constexpr int kSuites[] = {
    0x1301,  // TLS_AES_128_GCM_SHA256, here and below: numbers, for 2.28 has no name for TLS 1.3's
    0x1302,  // TLS_AES_256_GCM_SHA384
    0x1303,  // TLS_CHACHA20_POLY1305_SHA256
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    0,
};

// Of every certificate of a chain, and of the key of its root; the root's own signature proves
// nothing and is not looked at.
constexpr mbedtls_x509_crt_profile kProfile = {
    MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) | MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512),
    MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_RSA) | MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_RSASSA_PSS) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_ECKEY) | MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_ECDSA),
    MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP256R1) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP384R1) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP521R1),
    2048,
};

// The result of load(), complete before any of it is used.
struct Credentials {
    RootStore roots;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;

    Credentials() {
        mbedtls_x509_crt_init(&certificate);
        mbedtls_pk_init(&key);
    }
    ~Credentials() {
        mbedtls_x509_crt_free(&certificate);
        mbedtls_pk_free(&key);
    }
    Credentials(const Credentials&) = delete;
    Credentials& operator=(const Credentials&) = delete;
};

bool given(const char* file) {
    return file[0] != '\0';
}

bool refuse(TlsLoaded& loaded, const char* file, const char* why) {
    char bytes[decltype(loaded.problem)::capacity()];
    TextWriter problem(bytes, WhenFull::cut);
    problem << file << ": " << why;
    (void)loaded.problem.assign(problem.view());
    loaded.file = file;
    return false;
}

// One to which nobody ever writes would hold up the start, and at SIGHUP everything.
bool is_pipe(const char* file) {
    struct stat about = {};
    return stat(file, &about) == 0 && S_ISFIFO(about.st_mode);
}

// mbedTLS says "file I/O error" for a missing file; errno then has the reason.
const char* reason(int result, const char* otherwise) {
    if (is_out_of_memory(result)) return "needs more memory than TLS is given";
    const bool file =
        result == MBEDTLS_ERR_PK_FILE_IO_ERROR || result == MBEDTLS_ERR_X509_FILE_IO_ERROR;
    return file && errno != 0 ? std::strerror(errno) : otherwise;
}

bool read_client(const TlsTrust& trust, Credentials& into, TlsLoaded& loaded) {
    if (!given(trust.client_cert_file) && !given(trust.client_key_file)) return true;
    for (const char* const file : {trust.client_cert_file, trust.client_key_file}) {
        if (is_pipe(file)) return refuse(loaded, file, "is a pipe");
    }
    errno = 0;
    int result = mbedtls_x509_crt_parse_file(&into.certificate, trust.client_cert_file);
    if (result != 0) {
        return refuse(loaded, trust.client_cert_file, reason(result, "is not a certificate chain"));
    }
    errno = 0;
    result = compat::parse_key_file(into.key, trust.client_key_file);
    if (result != 0) {
        return refuse(loaded, trust.client_key_file, reason(result, "is not a private key"));
    }
    if (!compat::key_belongs_to(into.certificate, into.key)) {
        return refuse(loaded, trust.client_key_file, "is not the key of the client certificate");
    }
    return true;
}

bool digest(const unsigned char* bytes, std::size_t size, TlsPin& into) {
    const mbedtls_md_info_t* const sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    return mbedtls_md(sha256, bytes, size, into.sha256) == 0;
}

}  // namespace

bool parse_pin(std::string_view text, TlsPin& pin) {
    constexpr std::string_view kKind = "sha256/";
    if (slice(text, 0, kKind.size()) != kKind) return false;
    unsigned char bytes[sizeof pin.sha256 + 1];  // padded
    Base64Reader base64{Span<unsigned char>(bytes)};
    base64.take(slice(text, kKind.size()));
    if (!base64.complete() || base64.size() != sizeof pin.sha256) return false;
    std::memcpy(pin.sha256, bytes, sizeof pin.sha256);
    return true;
}

TlsContext::TlsContext(Clock& clock) : clock_(clock) {
    mbedtls_ssl_config_init(&config_);
    mbedtls_x509_crt_init(&wanted_);
    mbedtls_x509_crt_init(&client_cert_);
    mbedtls_pk_init(&client_key_);
}

TlsContext::~TlsContext() {
    mbedtls_pk_free(&client_key_);
    mbedtls_x509_crt_free(&client_cert_);
    mbedtls_x509_crt_free(&wanted_);
    mbedtls_ssl_config_free(&config_);
}

// Out of line: gcc would keep a picture of it, a KiB of zeros.
TlsLoaded::TlsLoaded() = default;

TlsLoaded TlsContext::load(const TlsTrust& trust) {
    TlsLoaded loaded;
    if (!start(loaded)) return loaded;

    TlsPin pins[kMaxPins];
    for (std::size_t i = 0; i < trust.pin_count; i++) {
        if (i < kMaxPins && parse_pin(trust.pins[i], pins[i])) continue;
        refuse(loaded, "pins", "at most 8, each `sha256/` and the base64 of 32 bytes");
        return loaded;
    }
    Credentials read;
    const char* const problem = read_roots(trust.ca_file, read.roots, loaded);
    if (problem != nullptr) refuse(loaded, trust.ca_file, problem);
    if (problem != nullptr || !read_client(trust, read, loaded)) return loaded;
    if (read.certificate.raw.p != nullptr) look_for_end(read.certificate, loaded);
    mbedtls_x509_crt_free(&wanted_);  // views of the old ones
    mbedtls_x509_crt_init(&wanted_);
    roots_.swap(read.roots);
    std::swap(client_cert_, read.certificate);
    std::swap(client_key_, read.key);
    std::memcpy(pins_, pins, sizeof pins_);
    pin_count_ = trust.pin_count;
    // mbedTLS wants a configuration that is used to stay as it is: what it points to is exchanged.
    if (!configured_) configure();
    configured_ = true;
    generation_++;
    trusted_ = {loaded.roots, loaded.unreadable};
    loaded.ok = true;
    return loaded;
}

bool TlsContext::start(TlsLoaded& loaded) {
    if (started_) return true;
    cap_tls_memory();
    if (!compat::start_crypto()) {
        return refuse(loaded, "mbedTLS", "cannot start: no random numbers, or no memory");
    }
    started_ = true;
    return true;
}

void TlsContext::configure() {
    // Its only way to fail is a preset of a server.
    mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(&config_, random_bytes, nullptr);
    mbedtls_ssl_conf_authmode(&config_, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&config_, &wanted_, nullptr);
    mbedtls_ssl_conf_ciphersuites(&config_, kSuites);
    mbedtls_ssl_conf_cert_profile(&config_, &kProfile);
    compat::offer_versions(config_);
    compat::offer_groups(config_);
    compat::offer_signatures(config_);
    compat::ask_for_tickets(config_);
    if (client_cert_.raw.p != nullptr) {
        mbedtls_ssl_conf_own_cert(&config_, &client_cert_, &client_key_);
    }
}

int TlsContext::look_for_roots(const mbedtls_x509_crt& chain) {
    mbedtls_x509_crt found;
    mbedtls_x509_crt_init(&found);
    int result = roots_.find(chain, found);
    if (result == 0 && found.raw.p != nullptr) {
        std::swap(wanted_, found);
        result = 1;
    }
    mbedtls_x509_crt_free(&found);
    return result;
}

std::uint32_t TlsContext::verify(mbedtls_x509_crt& chain,
                                 int (*each)(void*, mbedtls_x509_crt*, int, std::uint32_t*),
                                 void* context) {
    std::uint32_t flags = 0;
    const int result = mbedtls_x509_crt_verify_with_profile(&chain, &wanted_, nullptr, &kProfile,
                                                            nullptr, &flags, each, context);
    // A failure that has nothing to say must not pass for success.
    return result != 0 && flags == 0 ? MBEDTLS_X509_BADCERT_NOT_TRUSTED : flags;
}

bool TlsContext::pin_matches(const mbedtls_x509_crt& certificate) const {
    TlsPin key;
    if (!digest(certificate.pk_raw.p, certificate.pk_raw.len, key)) return false;
    for (std::size_t i = 0; i < pin_count_; i++) {
        if (std::memcmp(pins_[i].sha256, key.sha256, sizeof key.sha256) == 0) return true;
    }
    return false;
}

void TlsContext::look_for_end(const mbedtls_x509_crt& certificate, TlsLoaded& loaded) const {
    if (clock_not_set()) return;
    constexpr std::int64_t kDay = 86'400;
    loaded.client_days = end_of(certificate) / kDay - clock_.wall_ms() / (kDay * 1000);
    loaded.client_ends_soon = loaded.client_days < TlsLoaded::kSoon;
}

bool TlsContext::clock_not_set() const {
    return clock_.wall_ms() < build_date_ms();
}

}  // namespace cmagent::platform
