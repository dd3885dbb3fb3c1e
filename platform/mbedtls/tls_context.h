#pragma once
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "platform/api/clock.h"
#include "platform/mbedtls/chain_record.h"
#include "platform/mbedtls/root_store.h"

namespace cmagent::platform {

// The key in use, the next one, and the authority's: RFC 7469 §4.3 asks for at least one in
// reserve.
inline constexpr std::size_t kMaxPins = 8;

// The files and pins by which a server is trusted.
struct TlsTrust {
    const char* ca_file = "";           // PEM, any number of roots, or one in DER
    const char* client_cert_file = "";  // "": none; else both
    const char* client_key_file = "";
    // `sha256/<base64 of the SPKI digest>`. Where there are any, one must match any certificate of
    // the chain that was verified, root included (RFC 7469 §2.6).
    std::string_view pins[kMaxPins];
    std::size_t pin_count = 0;
};

// The digest of a key that is trusted.
struct TlsPin {
    unsigned char sha256[32] = {};
};

// Reads `sha256/<base64>`; false where it is not that.
[[nodiscard]] bool parse_pin(std::string_view text, TlsPin& pin);

struct TlsLoaded {
    TlsLoaded();
    bool ok = false;
    std::size_t roots = 0;
    // Roots of the file that this library cannot read (a curve it lacks, say): the others are used,
    // and the log should name their number, and the first of them, each on a line of its own:
    // "line 12 (Example Root, Example Ltd): mbedTLS -0x2562".
    std::size_t unreadable = 0;
    Text<512> unreadable_roots;
    // The client certificate has ended, or ends within kSoon days: in so many, less than 0 where it
    // has. False where the box does not know the time.
    static constexpr std::int64_t kSoon = 30;
    bool client_ends_soon = false;
    std::int64_t client_days = 0;
    Text<512> problem;  // where not ok: which file, and why
    // The same as TlsTrust has it, for two of its files may be one; a text of its own: none of them.
    const char* file = nullptr;
};

// The state that all TLS connections share: roots, client certificate, pins. Loaded once; it lives
// longer than its streams.
class TlsContext {
  public:
    explicit TlsContext(Clock& clock);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    // Blocks on files and, at the first time, on the kernel's entropy. May be called again, with a
    // client certificate if and only if there was one at the first time: the new trust is read beside
    // the old one, which stays in use if that fails. Streams that are open stay what they are; a
    // handshake under way goes on with the new trust.
    [[nodiscard]] TlsLoaded load(const TlsTrust& trust);

    // For TlsStream.
    [[nodiscard]] const mbedtls_ssl_config& config() const { return config_; }
    // Lets mbedTLS look among the roots that certificates of the chain name as issuers: 1, or 0: there
    // are none, or mbedTLS's error. It has those of the last call, none at first.
    [[nodiscard]] int look_for_roots(const mbedtls_x509_crt& chain);
    // Verifies the chain that begins with this certificate once more, as mbedtls_ssl_handshake() does
    // but for the host; `each` is called for each certificate, from the root down.
    [[nodiscard]] std::uint32_t verify(mbedtls_x509_crt& chain,
                                       int (*each)(void*, mbedtls_x509_crt*, int, std::uint32_t*),
                                       void* context);
    [[nodiscard]] bool pinned() const { return pin_count_ > 0; }
    [[nodiscard]] bool pin_matches(const mbedtls_x509_crt& certificate) const;
    // Counts successful calls of load(): a session from before the last one is not resumed.
    [[nodiscard]] unsigned generation() const { return generation_; }
    // The box's clock has not been set yet.
    [[nodiscard]] bool clock_not_set() const;
    // Of all streams.
    [[nodiscard]] ChainRecord& chain() { return chain_; }
    // Those in use.
    [[nodiscard]] const Roots& trusted() const { return trusted_; }

  private:
    [[nodiscard]] bool start(TlsLoaded& loaded);
    void configure();
    void look_for_end(const mbedtls_x509_crt& certificate, TlsLoaded& loaded) const;

    Clock& clock_;
    mbedtls_ssl_config config_;
    RootStore roots_;
    mbedtls_x509_crt wanted_;  // those of them that mbedTLS looks among
    mbedtls_x509_crt client_cert_;
    mbedtls_pk_context client_key_;
    TlsPin pins_[kMaxPins];
    std::size_t pin_count_ = 0;
    ChainRecord chain_;
    Roots trusted_;
    unsigned generation_ = 0;
    bool started_ = false;
    bool configured_ = false;
};

}  // namespace cmagent::platform
