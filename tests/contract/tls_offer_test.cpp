// contract.md, "TLS to CM": what the agent offers and what it refuses is the agent's decision, not
// that of the library's build. The servers are OpenSSL's, each with one choice only.
#include <gtest/gtest.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <poll.h>

#include <algorithm>
#include <string>
#include <vector>

#include "platform/linux/tcp_stream.h"
#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/openssl_server.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

using platform::Stream;
using platform::StreamFault;
using Progress = Stream::Progress;

#ifdef MBEDTLS_SSL_PROTO_TLS1_3
constexpr bool kTls13 = true;
#else
constexpr bool kTls13 = false;
#endif

// --- Certificates, all signed by authority() or by one that it has signed ---

// How a server's certificate is made.
struct Paper {
    const char* name;
    const char* key = "ec -pkeyopt ec_paramgen_curve:P-256";
    const char* digest = "-sha256";  // with what else its signature needs
    const char* issuer = "root";
    bool is_authority = false;
};
constexpr const char* kRsa = "rsa:2048";
constexpr Paper kPapers[] = {
    {"p256"},
    {"p384", "ec -pkeyopt ec_paramgen_curve:P-384", "-sha384"},
    {"p521", "ec -pkeyopt ec_paramgen_curve:P-521", "-sha512"},
    {"rsa", kRsa},
    {"rsa-authority", kRsa, "-sha256", "root", true},
    {"by-rsa", kRsa, "-sha256", "rsa-authority"},
    {"by-pss", "ec -pkeyopt ec_paramgen_curve:P-256", "-sha256 -sigopt rsa_padding_mode:pss",
     "rsa-authority"},

    {"rsa-1024", "rsa:1024"},
    {"sha1", kRsa, "-sha1"},
    {"sha224", kRsa, "-sha224"},
    {"p192", "ec -pkeyopt ec_paramgen_curve:prime192v1"},
    {"p224", "ec -pkeyopt ec_paramgen_curve:secp224r1"},
    {"k256", "ec -pkeyopt ec_paramgen_curve:secp256k1"},
    {"brainpool", "ec -pkeyopt ec_paramgen_curve:brainpoolP256r1"},
    {"ed25519", "ed25519"},
    {"sha1-authority", "ec -pkeyopt ec_paramgen_curve:P-256", "-sha1", "root", true},
    {"below-sha1", kRsa, "-sha256", "sha1-authority"},
    {"weak-authority", "rsa:1024", "-sha256", "root", true},
    {"below-weak", kRsa, "-sha256", "weak-authority"},
};

class Papers {
  public:
    Papers() {
        folder_.write("root.pem", authority().certificate);
        folder_.write("root.key", authority().key);
        // The distribution's own asks for a key identifier that authority() does not have.
        folder_.write("req.cnf", "[req]\ndistinguished_name=name\n[name]\n");
        for (const Paper& paper : kPapers) make(paper);
    }
    // The options of s_server by which it shows the certificate `name`, and its issuer's.
    [[nodiscard]] std::string shown(const std::string& name) const {
        std::string options = " -cert " + file(name, ".pem") + " -key " + file(name, ".key");
        for (const Paper& paper : kPapers) {
            if (paper.name != name || paper.issuer == std::string("root")) continue;
            options += " -cert_chain " + file(paper.issuer, ".pem");
        }
        return options;
    }

  private:
    [[nodiscard]] std::string file(const std::string& name, const char* ending) const {
        return folder_.file(name + ending);
    }
    void make(const Paper& paper) const {
        const std::string common_name = paper.is_authority ? paper.name : "localhost";
        openssl("req -x509 -config " + file("req", ".cnf") + " -days 30 -nodes -newkey " +
                paper.key + " " + paper.digest + " -CA " + file(paper.issuer, ".pem") + " -CAkey " +
                file(paper.issuer, ".key") + " -subj /CN=" + common_name +
                " -addext subjectAltName=DNS:localhost -addext basicConstraints=CA:" +
                (paper.is_authority ? "TRUE" : "FALSE") + " -keyout " + file(paper.name, ".key") +
                " -out " + file(paper.name, ".pem"));
    }

    TemporaryFolder folder_;
};

// A handshake with a server that has one choice only.
class TlsOffer : public testing::Test {
  protected:
    static void SetUpTestSuite() { papers_ = new Papers; }
    static void TearDownTestSuite() { delete papers_; }
    void SetUp() override { trust_authority(context_); }

    // StreamFault::none: the connection is open.
    StreamFault fault_with(const std::string& paper, const std::string& options) {
        const std::string what = paper.empty() ? " -nocert" : papers_->shown(paper);
        const OpensslServer server(options + what);
        platform::TcpStream tcp;
        platform::TlsStream stream(tcp, context_);
        Progress progress = stream.open(server.address(), "localhost");
        for (int i = 0; progress == Progress::wait && i < 50; i++) {
            pollfd ready = {stream.descriptor(), 0, 0};
            if (stream.wanted().read) ready.events |= POLLIN;
            if (stream.wanted().write) ready.events |= POLLOUT;
            poll(&ready, 1, 1000);
            progress = stream.advance();
        }
        EXPECT_NE(progress, Progress::wait);
        return progress == Progress::done ? StreamFault::none : stream.fault();
    }

    static Papers* papers_;
    fakes::FakeClock clock_{kClockOfToday};
    platform::TlsContext context_{clock_};
};

Papers* TlsOffer::papers_ = nullptr;

TEST_F(TlsOffer, ConnectsWhereAServerOffersOneThingThatIsAllowed) {
    const struct {
        const char* paper;
        const char* options;
        bool there;  // this build of the library has it
    } kRows[] = {
        {"rsa", "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256", true},
        {"rsa", "-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384", true},
        {"rsa", "-tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305",
         mbedtls_ssl_ciphersuite_from_id(0xcca8) != nullptr},
        {"p256", "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256", true},
        {"p256", "-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384", true},
        {"p256", "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305",
         mbedtls_ssl_ciphersuite_from_id(0xcca9) != nullptr},
        {"p256", "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256", kTls13},
        {"p256", "-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384", kTls13},
        {"p256", "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256",
         mbedtls_ssl_ciphersuite_from_id(0x1303) != nullptr},
        {"rsa", "-groups X25519", true},
        {"rsa", "-groups P-256", true},
        {"rsa", "-groups P-384", true},
        {"rsa", "-groups P-521",
         mbedtls_ecp_curve_info_from_grp_id(MBEDTLS_ECP_DP_SECP521R1) != nullptr},
        {"p384", "", true},
        {"p521", "", mbedtls_ecp_curve_info_from_grp_id(MBEDTLS_ECP_DP_SECP521R1) != nullptr},
        {"by-rsa", "", true},
        {"by-pss", "", true},
    };
    for (const auto& row : kRows) {
        if (!row.there) continue;
        EXPECT_EQ(fault_with(row.paper, row.options), StreamFault::none)
            << row.paper << " " << row.options;
    }
}

constexpr StreamFault kVersion = StreamFault::no_common_version;
constexpr StreamFault kAlgorithm = StreamFault::no_common_algorithm;
constexpr StreamFault kWeak = StreamFault::certificate_weak;

struct Refused {
    const char* paper;  // "": none
    const char* options;
    StreamFault fault;
};

class TlsRefused : public TlsOffer {
  protected:
    void expect_all_refused(const std::vector<Refused>& rows) {
        for (const Refused& row : rows) {
            EXPECT_EQ(fault_with(row.paper, row.options), row.fault)
                << row.paper << " " << row.options;
        }
    }
};

TEST_F(TlsRefused, OldVersions) {
    // Where only TLS 1.2 is offered, its hello is that of TLS 1.1, too: the server then misses a
    // suite.
    const StreamFault fault = kTls13 ? kVersion : kAlgorithm;
    expect_all_refused({
        {"rsa", "-tls1 -cipher ALL:@SECLEVEL=0", fault},
        {"rsa", "-tls1_1 -cipher ALL:@SECLEVEL=0", fault},
    });
}

TEST_F(TlsRefused, SuitesWithoutForwardSecrecyOrAuthenticatedEncryption) {
    expect_all_refused({
        {"rsa", "-tls1_2 -cipher AES128-GCM-SHA256", kAlgorithm},
        {"rsa", "-tls1_2 -cipher AES128-SHA", kAlgorithm},
        {"rsa", "-tls1_2 -cipher AES256-CCM8:@SECLEVEL=0", kAlgorithm},
        {"rsa", "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256", kAlgorithm},
        {"rsa", "-tls1_2 -cipher DHE-RSA-CHACHA20-POLY1305", kAlgorithm},
        {"rsa", "-tls1_2 -cipher DHE-RSA-AES256-SHA256", kAlgorithm},
        {"rsa", "-tls1_2 -cipher ECDHE-RSA-AES128-SHA", kAlgorithm},
        {"rsa", "-tls1_2 -cipher ECDHE-RSA-AES128-SHA256", kAlgorithm},
        {"rsa", "-tls1_2 -cipher ECDHE-RSA-AES256-SHA384", kAlgorithm},
        {"rsa", "-tls1_2 -cipher ECDHE-RSA-CAMELLIA128-SHA256", kAlgorithm},
        {"rsa", "-tls1_2 -cipher ECDHE-ARIA128-GCM-SHA256", kAlgorithm},
        {"rsa", "-tls1_2 -cipher ECDHE-RSA-NULL-SHA:@SECLEVEL=0", kAlgorithm},
        {"p256", "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA", kAlgorithm},
        {"p256", "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256", kAlgorithm},
        {"p256", "-tls1_2 -cipher ECDHE-ECDSA-AES128-CCM", kAlgorithm},
        {"p256", "-tls1_2 -cipher ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0", kAlgorithm},
        {"", "-tls1_2 -cipher ADH-AES128-GCM-SHA256:@SECLEVEL=0", kAlgorithm},
        {"", "-tls1_2 -psk 00112233 -cipher ECDHE-PSK-CHACHA20-POLY1305", kAlgorithm},
        {"p256", "-tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256", kTls13 ? kAlgorithm : kVersion},
        {"p256", "-tls1_3 -ciphersuites TLS_AES_128_CCM_8_SHA256 -cipher ALL:@SECLEVEL=0",
         kTls13 ? kAlgorithm : kVersion},
    });
}

TEST_F(TlsRefused, OtherGroups) {
    expect_all_refused({
        {"rsa", "-tls1_2 -groups prime192v1 -cipher ALL:@SECLEVEL=0:!kRSA:!kDHE", kAlgorithm},
        {"rsa", "-tls1_2 -groups secp192k1 -cipher ALL:@SECLEVEL=0:!kRSA:!kDHE", kAlgorithm},
        {"rsa", "-tls1_2 -groups secp224r1 -cipher ALL:@SECLEVEL=0:!kRSA:!kDHE", kAlgorithm},
        {"rsa", "-tls1_2 -groups secp256k1", kAlgorithm},
        {"rsa", "-tls1_2 -groups brainpoolP256r1", kAlgorithm},
        {"rsa", "-tls1_2 -groups brainpoolP512r1", kAlgorithm},
        {"rsa", "-tls1_2 -groups X448", kAlgorithm},
        {"rsa", "-tls1_3 -groups X448", kTls13 ? kAlgorithm : kVersion},
        {"rsa", "-tls1_3 -groups ffdhe2048", kTls13 ? kAlgorithm : kVersion},
    });
}

TEST_F(TlsRefused, SignaturesWithAWeakDigest) {
    expect_all_refused({
        {"rsa", "-tls1_2 -sigalgs RSA+SHA1 -cipher ALL:@SECLEVEL=0", kAlgorithm},
        {"rsa", "-tls1_2 -sigalgs RSA+SHA224 -cipher ALL:@SECLEVEL=0", kAlgorithm},
        {"p256", "-tls1_2 -sigalgs ECDSA+SHA1 -cipher ALL:@SECLEVEL=0", kAlgorithm},
        {"p256", "-tls1_2 -sigalgs ECDSA+SHA224 -cipher ALL:@SECLEVEL=0", kAlgorithm},
    });
}

// That of a box knows its name only (psa_config.h).
bool computes_sha1() {
    unsigned char digest[20];
    const mbedtls_md_info_t* const sha1 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);
    return sha1 != nullptr && mbedtls_md(sha1, digest, 0, digest) == 0;
}

TEST_F(TlsRefused, WeakCertificates) {
    const std::string any = "-cipher ALL:@SECLEVEL=0";
    // A library that does not compute SHA-1 cannot follow the chain at all.
    const StreamFault sha1 = computes_sha1() ? kWeak : StreamFault::certificate_untrusted;
    expect_all_refused({
        {"rsa-1024", any.c_str(), kWeak},
        {"sha1", any.c_str(), sha1},
        {"sha224", any.c_str(), kWeak},
        {"below-sha1", any.c_str(), sha1},
        {"below-weak", any.c_str(), kWeak},
        {"p192", any.c_str(), kAlgorithm},
        {"p224", any.c_str(), kAlgorithm},
        {"k256", any.c_str(), kAlgorithm},
        {"brainpool", any.c_str(), kAlgorithm},
        {"ed25519", any.c_str(), kAlgorithm},
    });
}

}  // namespace
}  // namespace cmagent::contract
