// TLS as a client sees it that verifies for real: the throw-away CA, the certificates that must be
// refused, and those of clients.

#include "tests/cmsim/certificate.h"

#include <gtest/gtest.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <signal.h>

#include <ctime>

#include "tests/cmsim/mbedtls_version.h"
#include "tests/cmsim/random.h"
#include "tests/cmsim/running_cmsim.h"
#include "tests/temporary_folder.h"

namespace cmagent::cmsim {
namespace {

const unsigned char* bytes_of(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.c_str());
}

struct Outcome {
    bool shook_hands = false;
    std::uint32_t refused = 0;  // MBEDTLS_X509_BADCERT_…: why the server was
    std::string answer;         // to one request
};

class TlsClient {
  public:
    TlsClient(const std::string& ca, const std::string& name) {
        signal(SIGPIPE, SIG_IGN);  // mbedtls_net_send raises it when the server has hung up
        check(start_cryptography(), "cryptography");
        mbedtls_ssl_config_init(&config_);
        mbedtls_x509_crt_init(&ca_);
        mbedtls_x509_crt_init(&own_);
        mbedtls_pk_init(&key_);
        mbedtls_ssl_init(&tls_);
        check(mbedtls_x509_crt_parse(&ca_, bytes_of(ca), ca.size() + 1), "CA");
        check(mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_CLIENT,
                                          MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT),
              "client");
        mbedtls_ssl_conf_rng(&config_, mbedtls_ctr_drbg_random, random_.get());
        mbedtls_ssl_conf_ca_chain(&config_, &ca_, nullptr);
        require_tls_1_2(&config_);
        name_ = name;
    }
    ~TlsClient() {
        mbedtls_ssl_free(&tls_);
        mbedtls_pk_free(&key_);
        mbedtls_x509_crt_free(&own_);
        mbedtls_x509_crt_free(&ca_);
        mbedtls_ssl_config_free(&config_);
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    void present(const Credentials& own) {
        check(mbedtls_x509_crt_parse(&own_, bytes_of(own.certificate), own.certificate.size() + 1),
              "own certificate");
        check(parse_key(&key_, bytes_of(own.key), own.key.size() + 1, random_.get()), "own key");
        check(mbedtls_ssl_conf_own_cert(&config_, &own_, &key_), "own certificate");
    }

    Outcome connect(std::uint16_t port) {
        const Client socket(port);
        mbedtls_net_context net{};
        net.fd = socket.descriptor();
        check(mbedtls_ssl_setup(&tls_, &config_), "client");
        check(mbedtls_ssl_set_hostname(&tls_, name_.c_str()), "name");
        mbedtls_ssl_set_bio(&tls_, &net, mbedtls_net_send, mbedtls_net_recv, nullptr);
        Outcome outcome;
        outcome.shook_hands = mbedtls_ssl_handshake(&tls_) == 0;
        outcome.refused = mbedtls_ssl_get_verify_result(&tls_);
        if (outcome.shook_hands) outcome.answer = ask();
        return outcome;
    }

  private:
    std::string ask() {
        const std::string request = request_text("GET", "/v2/metadata");
        mbedtls_ssl_write(&tls_, bytes_of(request), request.size());
        unsigned char block[1024];
        for (;;) {
            const int count = mbedtls_ssl_read(&tls_, block, sizeof block);
            if (count > 0) {
                return std::string(reinterpret_cast<char*>(block), static_cast<std::size_t>(count));
            }
            if (!is_session_ticket(count)) return "";
        }
    }

    Random random_;
    std::string name_;
    mbedtls_ssl_config config_;
    mbedtls_x509_crt ca_;
    mbedtls_x509_crt own_;
    mbedtls_pk_context key_;
    mbedtls_ssl_context tls_;
};

class TlsTest : public testing::Test {
  protected:
    Outcome connect(std::vector<std::string> arguments, const std::string& name) {
        arguments.insert(arguments.end(), {"--write-ca", folder.file("ca")});
        const RunningCmsim cmsim(arguments);
        return TlsClient(folder.read("ca"), name).connect(cmsim.port());
    }
    TemporaryFolder folder;
};

TEST_F(TlsTest, TheThrowAwayCaVerifiesTheServerByItsNames) {
    const Outcome outcome = connect({"--san", "cm.test.example"}, "localhost");
    EXPECT_TRUE(outcome.shook_hands);
    EXPECT_EQ(outcome.answer.substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_TRUE(connect({"--san", "cm.test.example"}, "cm.test.example").shook_hands);
    EXPECT_EQ(connect({}, "cm.test.example").refused,
              static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_CN_MISMATCH));
}

TEST_F(TlsTest, BadCertificatesAreBadInTheOneWayThatWasAskedFor) {
    const std::pair<const char*, int> kinds[] = {
        {"expired", MBEDTLS_X509_BADCERT_EXPIRED},
        {"not-yet-valid", MBEDTLS_X509_BADCERT_FUTURE},
        {"wrong-host", MBEDTLS_X509_BADCERT_CN_MISMATCH},
        {"self-signed", MBEDTLS_X509_BADCERT_NOT_TRUSTED},
    };
    for (const auto& [kind, reason] : kinds) {
        const Outcome outcome = connect({"--bad-cert", kind}, "localhost");
        EXPECT_FALSE(outcome.shook_hands) << kind;
        EXPECT_EQ(outcome.refused, static_cast<std::uint32_t>(reason)) << kind;
    }
}

TEST_F(TlsTest, FailedHandshakesAreCounted) {
    const RunningCmsim cmsim({"--bad-cert", "expired", "--write-ca", folder.file("ca")});
    TlsClient(folder.read("ca"), "localhost").connect(cmsim.port());
    EXPECT_NE(cmsim.control("GET", "/status").find("\"handshakesFailed\":1,"), std::string::npos);
}

TEST_F(TlsTest, AGivenCertificateIsUsed) {
    const Credentials given = make_credentials({"given.example"}, CertificateFault::none,
                                               Millis{std::time(nullptr)} * 1000);
    folder.write("cert", given.certificate);
    folder.write("key", given.key);
    const RunningCmsim cmsim({"--cert", folder.file("cert"), "--key", folder.file("key")});
    EXPECT_TRUE(TlsClient(given.ca, "given.example").connect(cmsim.port()).shook_hands);
    const std::string status = cmsim.control("GET", "/status");
    EXPECT_NE(status.find("\"pin\":\"" + pin_of(given.certificate) + "\""), std::string::npos);
}

TEST_F(TlsTest, ClientsShowACertificateWhereOneIsAskedFor) {
    const Credentials box =
        make_credentials({"box"}, CertificateFault::none, Millis{std::time(nullptr)} * 1000);
    folder.write("cert", box.ca);
    const RunningCmsim cmsim({"--client-ca", folder.file("cert"), "--write-ca", folder.file("ca")});
    const std::string ca = folder.read("ca");
    TlsClient known(ca, "localhost");
    known.present(box);
    EXPECT_EQ(known.connect(cmsim.port()).answer.substr(0, 15), "HTTP/1.1 200 OK");
    // In TLS 1.3 the client learns of the refusal only when it reads.
    EXPECT_EQ(TlsClient(ca, "localhost").connect(cmsim.port()).answer, "");
}

// Without a name in the SAN mbedTLS takes the subject's CN, which RFC 9110 §4.3.4 forbids: that the
// agent refuses it is the agent's own test.
TEST(Certificate, WithoutSanTheNameIsInTheSubjectAlone) {
    const Credentials credentials =
        make_credentials({"localhost"}, CertificateFault::without_san, 784'111'777'000);
    mbedtls_x509_crt parsed;
    mbedtls_x509_crt_init(&parsed);
    ASSERT_EQ(mbedtls_x509_crt_parse(&parsed, bytes_of(credentials.certificate),
                                     credentials.certificate.size() + 1),
              0);
    EXPECT_EQ(parsed.subject_alt_names.buf.p, nullptr);
    mbedtls_x509_crt_free(&parsed);
}

// Checked against: openssl x509 -pubkey | openssl pkey -pubin -outform der |
//                  openssl dgst -sha256 -binary | base64
TEST(Certificate, ThePinIsTheDigestOfThePublicKey) {
    const char* const certificate =
        "-----BEGIN CERTIFICATE-----\n"
        "MIIBcDCCARegAwIBAgIUPwBLxwXSXrn4rQs/YSy1HP9LVIkwCgYIKoZIzj0EAwIw\n"
        "DjEMMAoGA1UEAwwDcGluMB4XDTI2MTEyMTAxMzE0OVoXDTM2MTExODAxMzE0OVow\n"
        "DjEMMAoGA1UEAwwDcGluMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJsjGu+j1\n"
        "8LMv+j4a534jA4dA8zbQ51x/cCVjVoHf6MakWcpgCSIWEXF8x9UPAukP+pQ1UTeA\n"
        "/9YMW/Au2lJ3T6NTMFEwHQYDVR0OBBYEFFTC6LV8rTzvYo20wfO+inhtXSZQMB8G\n"
        "A1UdIwQYMBaAFFTC6LV8rTzvYo20wfO+inhtXSZQMA8GA1UdEwEB/wQFMAMBAf8w\n"
        "CgYIKoZIzj0EAwIDRwAwRAIgIKSyIXP99sTOsq2IYsgJPEPURkMhSngj+jOyr8uE\n"
        "sXUCIBqiXsmAZhBWXveocwEQwYAVteAFscerNybXqkheZWoX\n"
        "-----END CERTIFICATE-----\n";
    EXPECT_EQ(pin_of(certificate), "sha256/H2V971NTVQAivEkda/JUHJ3rAUxy38hdZhcFmyDA9bs=");
}

}  // namespace
}  // namespace cmagent::cmsim
