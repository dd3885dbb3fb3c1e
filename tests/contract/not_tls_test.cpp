// TlsStream and a peer that does not speak TLS, or not to its end: the stream below it is the fake.
#include <gtest/gtest.h>

#include <string>

#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_stream.h"

namespace cmagent::contract {
namespace {

using fakes::FakePeer;
using platform::StreamFault;
using Progress = platform::Stream::Progress;

class NotTls : public testing::Test {
  protected:
    void SetUp() override {
        trust_authority(context_);
        below_connects(FakePeer::Manner::accepts_at_once);
    }
    void below_connects(FakePeer::Manner manner) { below_.peers[0].manner = manner; }

    fakes::FakeClock clock_{kClockOfToday};
    platform::TlsContext context_{clock_};
    fakes::FakePoller poller_;
    fakes::FakeStream below_{poller_};
    platform::TlsStream stream_{below_, context_};
};

TEST_F(NotTls, Hazard17WaitsForAPeerThatStalls) {
    EXPECT_EQ(stream_.open({}, "localhost"), Progress::wait);
    EXPECT_TRUE(stream_.wanted().read);
    EXPECT_FALSE(below_.take_received().empty()) << "the client speaks first";
    EXPECT_EQ(stream_.advance(), Progress::wait);
}

TEST_F(NotTls, WaitsForTheConnectionBelow) {
    below_connects(FakePeer::Manner::accepts);
    EXPECT_EQ(stream_.open({}, "localhost"), Progress::wait);
    EXPECT_TRUE(stream_.wanted().write);
    EXPECT_EQ(stream_.advance(), Progress::wait);
    EXPECT_FALSE(below_.take_received().empty());
}

TEST_F(NotTls, WantsToWriteWhileNothingMoreCanBeSent) {
    below_connects(FakePeer::Manner::accepts);
    ASSERT_EQ(stream_.open({}, "localhost"), Progress::wait);
    below_.set_room(10);
    EXPECT_EQ(stream_.advance(), Progress::wait);
    EXPECT_TRUE(stream_.wanted().write);
    below_.set_room(10'000);
    EXPECT_EQ(stream_.advance(), Progress::wait);
    EXPECT_TRUE(stream_.wanted().read);
}

TEST_F(NotTls, RefusesGarbage) {
    ASSERT_EQ(stream_.open({}, "localhost"), Progress::wait);
    below_.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_EQ(stream_.advance(), Progress::failed);
    EXPECT_EQ(stream_.fault(), StreamFault::handshake_failed);
}

TEST_F(NotTls, RefusesAnAlert) {
    ASSERT_EQ(stream_.open({}, "localhost"), Progress::wait);
    below_.send(std::string("\x15\x03\x03\x00\x02\x02\x28", 7));  // fatal handshake_failure
    EXPECT_EQ(stream_.advance(), Progress::failed);
    EXPECT_EQ(stream_.fault(), StreamFault::no_common_algorithm);
}

// A server's first words (RFC 5246 §7.4.1.3) in TLS 1.`minor - 1`: ECDHE-RSA with AES-128-GCM.
std::string server_hello(char minor) {
    const std::string version = {'\x03', minor};
    const std::string hello =
        version + std::string(32, '\x01') + std::string("\x00\xc0\x2f\x00", 4);
    const auto size = static_cast<char>(hello.size());
    const std::string message = std::string("\x02\x00\x00", 3) + size + hello;
    return '\x16' + version + '\x00' + static_cast<char>(message.size()) + message;
}

TEST_F(NotTls, RefusesATlsThatIsTooOld) {
    ASSERT_EQ(stream_.open({}, "localhost"), Progress::wait);
    (void)below_.take_received();
    below_.send(server_hello(2));
    EXPECT_EQ(stream_.advance(), Progress::failed);
    EXPECT_EQ(stream_.fault(), StreamFault::no_common_version);
    constexpr char kProtocolVersion = 70;  // RFC 5246 §7.2
    const std::string alert = below_.take_received();
    ASSERT_FALSE(alert.empty());
    EXPECT_EQ(alert.back(), kProtocolVersion) << "refused for its version, not for its suite";
}

TEST_F(NotTls, GoesOnWithTls12) {
    ASSERT_EQ(stream_.open({}, "localhost"), Progress::wait);
    below_.send(server_hello(3));
    EXPECT_EQ(stream_.advance(), Progress::wait) << "for the certificate";
}

TEST_F(NotTls, IsCutByAnEndInMidHandshake) {
    ASSERT_EQ(stream_.open({}, "localhost"), Progress::wait);
    below_.send(std::string("\x16\x03\x03", 3));
    below_.finish();
    EXPECT_EQ(stream_.advance(), Progress::failed);
    EXPECT_EQ(stream_.fault(), StreamFault::handshake_cut);
}

TEST_F(NotTls, IsCutByAResetInMidHandshake) {
    ASSERT_EQ(stream_.open({}, "localhost"), Progress::wait);
    below_.cut();
    EXPECT_EQ(stream_.advance(), Progress::failed);
    EXPECT_EQ(stream_.fault(), StreamFault::handshake_cut);
}

TEST_F(NotTls, IsClosedByAResetBeforeItHasSaidAnything) {
    below_connects(FakePeer::Manner::accepts);
    for (const int handshake : {1, 2}) {
        ASSERT_EQ(stream_.open({}, "localhost"), Progress::wait);
        below_.fail_writes();
        EXPECT_EQ(stream_.advance(), Progress::failed);
        EXPECT_EQ(stream_.fault(), StreamFault::closed) << handshake;
    }
}

TEST_F(NotTls, PassesAFailureToConnectOn) {
    below_connects(FakePeer::Manner::refuses);
    EXPECT_EQ(stream_.open({}, "localhost"), Progress::failed);
    EXPECT_EQ(stream_.fault(), StreamFault::connect_failed);
}

TEST_F(NotTls, RefusesAHostThatIsTooLong) {
    EXPECT_EQ(stream_.open({}, std::string(254, 'a')), Progress::failed);
    EXPECT_TRUE(below_.attempts.empty());
}

}  // namespace
}  // namespace cmagent::contract
