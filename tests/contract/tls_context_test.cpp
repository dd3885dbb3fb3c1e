// Files that TlsContext::load() accepts, and the names of its refusals.
#include "platform/mbedtls/tls_context.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <string>
#include <utility>

#include "tests/contract/certificates.h"
#include "tests/fakes/fake_clock.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

constexpr std::string_view kPin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
// A certificate whose body is no certificate.
const std::string kUnreadable =
    "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";

class TlsContextTest : public testing::Test {
  protected:
    platform::TlsLoaded load() {
        trust_.ca_file = ca_file_.c_str();
        trust_.client_cert_file = client_cert_.c_str();
        trust_.client_key_file = client_key_.c_str();
        return context_.load(trust_);
    }
    // Refused, and the message names the file and the reason.
    void expect_refusal(const std::string& file, const std::string& why) {
        const platform::TlsLoaded loaded = load();
        EXPECT_FALSE(loaded.ok);
        EXPECT_EQ(loaded.problem.view(), file + ": " + why);
    }

    TemporaryFolder folder_;
    fakes::FakeClock clock_;
    platform::TlsContext context_{clock_};
    platform::TlsTrust trust_;
    std::string ca_file_ = folder_.write("roots.pem", authority().certificate);
    std::string client_cert_;
    std::string client_key_;
};

TEST_F(TlsContextTest, CountsTheRoots) {
    ca_file_ = folder_.write("two.pem",
                             authority().certificate + make_identity(Wish{}, nullptr).certificate);
    const platform::TlsLoaded loaded = load();
    EXPECT_TRUE(loaded.ok);
    EXPECT_EQ(loaded.roots, 2U);
    EXPECT_EQ(loaded.unreadable, 0U);
}

// The loop reads them again at SIGHUP.
TEST_F(TlsContextTest, APipeInTheRootsPlaceHoldsNobodyUp) {
    ca_file_ = folder_.file("pipe");
    ASSERT_EQ(mkfifo(ca_file_.c_str(), 0600), 0);
    expect_refusal(ca_file_, "holds no certificate that can be read");
}

TEST_F(TlsContextTest, UsesTheOthersWhenARootCannotBeRead) {
    ca_file_ = folder_.write("mixed.pem", kUnreadable + authority().certificate);
    const platform::TlsLoaded loaded = load();
    EXPECT_TRUE(loaded.ok);
    EXPECT_EQ(loaded.roots, 1U);
    EXPECT_EQ(loaded.unreadable, 1U);
    EXPECT_EQ(loaded.unreadable_roots.view().substr(0, 20), "line 1 (): mbedTLS -");
}

TEST_F(TlsContextTest, ReadsTheDistributionsBundle) {
    ca_file_ = "/etc/ssl/certs/ca-certificates.crt";
    ASSERT_EQ(access(ca_file_.c_str(), R_OK), 0) << "ca-certificates is not installed";
    const platform::TlsLoaded loaded = load();
    EXPECT_TRUE(loaded.ok);
    EXPECT_GT(loaded.roots, 100U);
}

TEST_F(TlsContextTest, RefusesAMissingCaFile) {
    ca_file_ = folder_.file("none.pem");
    expect_refusal(ca_file_, "No such file or directory");
}

// Whoever opens one to which nobody writes waits for ever.
TEST_F(TlsContextTest, RefusesAPipeInTheClientsFilesPlace) {
    const std::string pipe = folder_.file("pipe");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    for (std::string* const file : {&client_cert_, &client_key_}) {
        const std::string before = std::exchange(*file, pipe);
        expect_refusal(pipe, "is a pipe");
        *file = before;
    }
    EXPECT_TRUE(load().ok);
}

TEST_F(TlsContextTest, RefusesACaFileWithoutRoots) {
    ca_file_ = folder_.write("empty.pem", "");
    expect_refusal(ca_file_, "holds no certificate that can be read");
    ca_file_ = folder_.write("unreadable.pem", kUnreadable);
    expect_refusal(ca_file_, "holds no certificate that can be read");
}

TEST_F(TlsContextTest, RefusesAKeyOfAnotherCertificate) {
    client_cert_ = folder_.write("client.pem", make_identity(Wish{}, &authority()).certificate);
    client_key_ = folder_.write("client.key", make_identity(Wish{}, &authority()).key);
    expect_refusal(client_key_, "is not the key of the client certificate");
    client_key_ = folder_.file("none.key");
    expect_refusal(client_key_, "No such file or directory");
}

TEST_F(TlsContextTest, KnowsHowLongTheClientCertificateIsValid) {
    EXPECT_FALSE(load().client_ends_soon) << "there is none";
    Wish wish;
    wish.days_to = 7;
    const Identity box = make_identity(wish, &authority());
    client_cert_ = folder_.write("client.pem", box.certificate);
    client_key_ = folder_.write("client.key", box.key);
    const std::int64_t now = std::int64_t{time(nullptr)} * 1000;
    clock_.set_wall(now);
    EXPECT_TRUE(load().client_ends_soon);
    EXPECT_EQ(load().client_days, 7);
    clock_.set_wall(now + std::int64_t{9} * 86'400'000);
    EXPECT_EQ(load().client_days, -2);
    clock_.set_wall(0);
    EXPECT_FALSE(load().client_ends_soon) << "the clock is not set";
}

TEST_F(TlsContextTest, RefusesAClientCertificateThatIsNone) {
    client_cert_ = folder_.write("client.pem", "nothing");
    client_key_ = folder_.write("client.key", make_identity(Wish{}, &authority()).key);
    expect_refusal(client_cert_, "is not a certificate chain");
}

TEST_F(TlsContextTest, RefusesAPinOfAnotherForm) {
    trust_.pins[0] = "sha1/AAAA";
    trust_.pin_count = 1;
    expect_refusal("pins", "at most 8, each `sha256/` and the base64 of 32 bytes");
}

TEST_F(TlsContextTest, KeepsWhatItHadWhenLoadingAgainFails) {
    ASSERT_TRUE(load().ok);
    EXPECT_EQ(context_.generation(), 1U);
    ca_file_ = folder_.file("none.pem");
    ASSERT_FALSE(load().ok);
    EXPECT_EQ(context_.generation(), 1U);
}

TEST(Pin, IsReadInOneFormOnly) {
    platform::TlsPin pin;
    EXPECT_TRUE(platform::parse_pin(kPin, pin));
    EXPECT_FALSE(platform::parse_pin("", pin));
    EXPECT_FALSE(platform::parse_pin("sha256/", pin));
    EXPECT_FALSE(platform::parse_pin("sha256/AAAA", pin));
    EXPECT_FALSE(platform::parse_pin("sha256/not base64!", pin));
    EXPECT_FALSE(platform::parse_pin(slice(kPin, 0, kPin.size() - 1), pin));
    EXPECT_FALSE(platform::parse_pin(std::string(kPin) + "AAAA", pin));
}

}  // namespace
}  // namespace cmagent::contract
