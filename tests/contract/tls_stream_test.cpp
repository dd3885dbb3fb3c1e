// Peers that TlsStream accepts, and the names by which it refuses others (hazards.md 4, 16, 17).
#include "platform/mbedtls/tls_stream.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <string>
#include <vector>

#include "platform/linux/tcp_stream.h"
#include "tests/contract/tcp_peer.h"
#include "tests/contract/tls_peer.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

using platform::Stream;
using platform::StreamFault;
using Progress = Stream::Progress;

class TlsStreamTest : public testing::Test {
  protected:
    TemporaryFolder folder_;
    fakes::FakeClock clock_{kClockOfToday};
    platform::TlsContext context_{clock_};
    platform::TcpStream tcp_;
    platform::TlsStream stream_{tcp_, context_};
    std::vector<std::string> pins_;
    std::string client_cert_;
    std::string client_key_;
    bool loaded_ = false;

    void load() {
        const std::string ca_file = folder_.write("roots.pem", authority().certificate);
        platform::TlsTrust trust;
        trust.ca_file = ca_file.c_str();
        trust.client_cert_file = client_cert_.c_str();
        trust.client_key_file = client_key_.c_str();
        for (const std::string& pin : pins_) trust.pins[trust.pin_count++] = pin;
        const platform::TlsLoaded loaded = context_.load(trust);
        EXPECT_TRUE(loaded.ok) << loaded.problem.view();
        loaded_ = true;
    }
    Progress open(TlsPeer& peer, const char* host = "localhost") {
        if (!loaded_) load();
        Progress progress = stream_.open(peer.address(), host);
        for (int i = 0; progress == Progress::wait && i < 5000; i++) {
            peer.pump();
            wait();
            progress = stream_.advance();
        }
        return progress;
    }
    void wait() {
        pollfd ready = {stream_.descriptor(), 0, 0};
        if (stream_.wanted().read) ready.events |= POLLIN;
        if (stream_.wanted().write) ready.events |= POLLOUT;
        poll(&ready, 1, 1);
    }
    // Of detail(), behind the peer's address.
    [[nodiscard]] std::string words() const {
        const std::string all(stream_.detail());
        const std::size_t at = all.find(": ");
        return at == std::string::npos ? "" : all.substr(at + 2);
    }
    // Lets the peer's last records (tickets of TLS 1.3, alerts) arrive.
    Stream::Moved read_on(TlsPeer& peer) {
        Stream::Moved moved;
        for (int i = 0; i < 20 && !moved.failed && moved.bytes == 0; i++) {
            char bytes[16];
            peer.pump();
            moved = stream_.read(bytes, sizeof bytes);
            wait();
        }
        return moved;
    }
    // For our certificate. TLS 1.2 does so within the handshake, 1.3 with the first answer: mbedTLS by
    // an alert that a client, which has other keys by then, cannot read.
    bool refuses_us(TlsPeer& peer) {
        if (open(peer) != Progress::done) return stream_.fault() == StreamFault::handshake_failed;
        return read_on(peer).failed && stream_.fault() == StreamFault::tls_broken;
    }
    StreamFault fault_for(const Identity& identity, const char* host = "localhost") {
        TlsPeer peer({identity});
        return open(peer, host) == Progress::done ? StreamFault::none : stream_.fault();
    }
    StreamFault fault_for(const Wish& wish, const char* host = "localhost") {
        return fault_for(make_identity(wish, &authority()), host);
    }
};

TEST_F(TlsStreamTest, AcceptsAGoodCertificate) {
    EXPECT_EQ(fault_for(Wish{}), StreamFault::none);
}

TEST_F(TlsStreamTest, AcceptsAChainThroughAnIntermediateAuthority) {
    Wish wish;
    wish.common_name = "Intermediate";
    wish.dns_names.clear();
    wish.authority = true;
    const Identity intermediate = make_identity(wish, &authority());
    TlsPeer peer({make_identity(Wish{}, &intermediate), intermediate.certificate});
    EXPECT_EQ(open(peer), Progress::done);
}

TEST_F(TlsStreamTest, RefusesAnExpiredCertificate) {
    Wish wish;
    wish.days_from = -10;
    wish.days_to = -1;
    EXPECT_EQ(fault_for(wish), StreamFault::certificate_expired);
}

TEST_F(TlsStreamTest, RefusesACertificateOfTheFuture) {
    Wish wish;
    wish.days_from = 2;
    EXPECT_EQ(fault_for(wish), StreamFault::certificate_not_yet_valid);
}

TEST_F(TlsStreamTest, Hazard4BlamesTheClockWhenItIsBeforeTheBuildDate) {
    clock_.set_wall(0);
    Wish wish;
    wish.days_from = 2;
    EXPECT_EQ(fault_for(wish), StreamFault::clock_not_set);
}

TEST_F(TlsStreamTest, Hazard4NeverRelaxesWhenTheClockIsNotSet) {
    clock_.set_wall(0);
    Wish wish;
    wish.dns_names = {"other.example"};
    EXPECT_EQ(fault_for(wish), StreamFault::certificate_wrong_host);
}

TEST_F(TlsStreamTest, RefusesAnotherHost) {
    EXPECT_EQ(fault_for(Wish{}, "streams.example"), StreamFault::certificate_wrong_host);
}

TEST_F(TlsStreamTest, MatchesAWildcardInTheFirstLabelOnly) {
    Wish wish;
    wish.dns_names = {"*.streams.example"};
    EXPECT_EQ(fault_for(wish, "a.streams.example"), StreamFault::none);
    EXPECT_EQ(fault_for(wish, "a.b.streams.example"), StreamFault::certificate_wrong_host);
    EXPECT_EQ(fault_for(wish, "streams.example"), StreamFault::certificate_wrong_host);
}

TEST_F(TlsStreamTest, MatchesAnAddressWithAnAddressOnly) {
    Wish wish;
    wish.dns_names.clear();
    wish.addresses = {std::string("\x7f\0\0\x01", 4), std::string(15, '\0') + '\x01'};
    EXPECT_EQ(fault_for(wish, "127.0.0.1"), StreamFault::none);
    EXPECT_EQ(fault_for(wish, "::1"), StreamFault::none);
    EXPECT_EQ(fault_for(wish, "127.0.0.2"), StreamFault::certificate_wrong_host);
    EXPECT_EQ(fault_for(wish, "localhost"), StreamFault::certificate_wrong_host);
    wish.dns_names = {"localhost"};
    EXPECT_EQ(fault_for(wish, "127.0.0.1"), StreamFault::none) << "among others";
    EXPECT_EQ(fault_for(wish), StreamFault::none);
}

TEST_F(TlsStreamTest, RefusesACertificateWithoutSubjectAltName) {
    Wish wish;
    wish.dns_names.clear();  // the common name is "localhost", and does not count
    EXPECT_EQ(fault_for(wish), StreamFault::certificate_wrong_host);
}

TEST_F(TlsStreamTest, RefusesASelfSignedCertificate) {
    EXPECT_EQ(fault_for(make_identity(Wish{}, nullptr)), StreamFault::certificate_untrusted);
}

TEST_F(TlsStreamTest, RefusesAnUnknownAuthorityOfTheSameName) {
    Wish wish;
    wish.common_name = "Throw-away authority";
    wish.dns_names.clear();
    wish.authority = true;
    const Identity impostor = make_identity(wish, nullptr);
    EXPECT_EQ(fault_for(make_identity(Wish{}, &impostor)), StreamFault::certificate_untrusted);
}

TEST_F(TlsStreamTest, RefusesAnIssuerThatIsNoAuthority) {
    const Identity server = make_identity(Wish{}, &authority());
    TlsPeer peer({make_identity(Wish{}, &server), server.certificate});
    EXPECT_EQ(open(peer), Progress::failed);
    EXPECT_EQ(stream_.fault(), StreamFault::certificate_untrusted);
}

TEST_F(TlsStreamTest, RefusesAWeakKey) {
    Wish wish;
    wish.weak_key = true;
    EXPECT_EQ(fault_for(wish), StreamFault::certificate_weak);
}

TEST_F(TlsStreamTest, SaysTheMostImportantOfSeveralFaults) {
    Wish wish;
    wish.days_from = -10;
    wish.days_to = -1;
    EXPECT_EQ(fault_for(wish, "streams.example"), StreamFault::certificate_wrong_host);
    EXPECT_EQ(fault_for(make_identity(wish, nullptr), "streams.example"),
              StreamFault::certificate_untrusted);
}

TEST_F(TlsStreamTest, AcceptsAPinOfTheServersKey) {
    const Identity server = make_identity(Wish{}, &authority());
    pins_ = {server.pin};
    EXPECT_EQ(fault_for(server), StreamFault::none);
}

TEST_F(TlsStreamTest, AcceptsAPinOfTheRoot) {
    pins_ = {"sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", authority().pin};
    EXPECT_EQ(fault_for(Wish{}), StreamFault::none);
}

TEST_F(TlsStreamTest, RefusesAChainWithoutAPinnedKey) {
    pins_ = {"sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
    EXPECT_EQ(fault_for(Wish{}), StreamFault::pin_mismatch);
}

TEST_F(TlsStreamTest, DoesNotTakeAPinForTrust) {
    const Identity own = make_identity(Wish{}, nullptr);
    pins_ = {own.pin};
    EXPECT_EQ(fault_for(own), StreamFault::certificate_untrusted);
}

// Only the chain that was verified counts: the peer may send any certificate along (RFC 7469 §2.6).
TEST_F(TlsStreamTest, DoesNotTakeAPinFromACertificateBesideTheChain) {
    const Identity beside = make_identity(Wish{}, nullptr);
    pins_ = {beside.pin};
    TlsPeer peer({make_identity(Wish{}, &authority()), beside.certificate});
    EXPECT_EQ(open(peer), Progress::failed);
    EXPECT_EQ(stream_.fault(), StreamFault::pin_mismatch);
}

TEST_F(TlsStreamTest, ResumesASession) {
    TlsPeer peer;
    ASSERT_EQ(open(peer), Progress::done);
    EXPECT_FALSE(stream_.resumed());
    read_on(peer);
    ASSERT_EQ(open(peer), Progress::done);
    EXPECT_TRUE(stream_.resumed());
    peer.send("hello");
    EXPECT_EQ(read_on(peer).bytes, 5U);
}

TEST_F(TlsStreamTest, WritesAlthoughATicketOfTls13HasComeFirst) {
    TlsPeer peer;
    ASSERT_EQ(open(peer), Progress::done);
    peer.pump();
    wait();
    char bytes[16];
    EXPECT_EQ(stream_.read(bytes, sizeof bytes).bytes, 0U);  // meets the ticket's first half
    const Stream::Moved moved = stream_.write("hello", 5);
    EXPECT_FALSE(moved.failed) << stream_fault_name(stream_.fault());
    EXPECT_EQ(moved.bytes, 5U);
}

TEST_F(TlsStreamTest, DoesNotResumeForAnotherHostOrAnotherTrust) {
    Wish wish;
    wish.dns_names = {"a.example", "b.example"};
    pins_ = {authority().pin};
    TlsPeer peer({make_identity(wish, &authority())});
    ASSERT_EQ(open(peer, "a.example"), Progress::done);
    read_on(peer);
    ASSERT_EQ(open(peer, "b.example"), Progress::done);
    EXPECT_FALSE(stream_.resumed());
    read_on(peer);
    pins_ = {"sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
    stream_.close();
    load();
    EXPECT_EQ(open(peer, "b.example"), Progress::failed);
    EXPECT_EQ(stream_.fault(), StreamFault::pin_mismatch);
}

TEST_F(TlsStreamTest, GoesOnAfterARefusal) {
    EXPECT_EQ(fault_for(Wish{}, "streams.example"), StreamFault::certificate_wrong_host);
    EXPECT_EQ(fault_for(Wish{}), StreamFault::none);
}

TEST_F(TlsStreamTest, ReadsItsTrustAgainUnderAnOpenConnection) {
    TlsPeer peer;
    ASSERT_EQ(open(peer), Progress::done);
    const Identity other = make_identity(Wish{}, nullptr);
    const std::string file = folder_.write("other.pem", other.certificate);
    platform::TlsTrust trust;
    trust.ca_file = file.c_str();
    ASSERT_TRUE(context_.load(trust).ok);
    peer.send("still here");
    EXPECT_EQ(read_on(peer).bytes, 10U);
    EXPECT_EQ(stream_.write("and I", 5).bytes, 5U);
    EXPECT_EQ(open(peer), Progress::failed);
    EXPECT_EQ(stream_.fault(), StreamFault::certificate_untrusted);
    (void)folder_.write("other.pem", "nothing");
    EXPECT_FALSE(context_.load(trust).ok);
    EXPECT_EQ(fault_for(other), StreamFault::none) << "the trust from before it broke";
}

TEST_F(TlsStreamTest, ReadsItsTrustAgainInAHandshake) {
    load();
    TlsPeer peer;
    ASSERT_EQ(stream_.open(peer.address(), "localhost"), Progress::wait);
    const std::string file = folder_.write("other.pem", make_identity(Wish{}, nullptr).certificate);
    platform::TlsTrust trust;
    trust.ca_file = file.c_str();
    ASSERT_TRUE(context_.load(trust).ok);
    Progress progress = Progress::wait;
    for (int i = 0; progress == Progress::wait && i < 5000; i++) {
        peer.pump();
        wait();
        progress = stream_.advance();
    }
    EXPECT_EQ(stream_.fault(), StreamFault::certificate_untrusted);
}

TEST_F(TlsStreamTest, ShowsTheClientCertificateThatWasReadAgain) {
    const Identity old = make_identity(Wish{}, nullptr);
    client_cert_ = folder_.write("client.pem", old.certificate);
    client_key_ = folder_.write("client.key", old.key);
    TlsPeer peer({make_identity(Wish{}, &authority()), "", &authority()});
    EXPECT_TRUE(refuses_us(peer)) << "not of the authority";
    const Identity renewed = make_identity(Wish{}, &authority());
    (void)folder_.write("client.pem", renewed.certificate);
    (void)folder_.write("client.key", renewed.key);
    load();
    ASSERT_EQ(open(peer), Progress::done);
    read_on(peer);
    EXPECT_TRUE(peer.client_certificate_seen());
}

// hazards.md 16: for whoever reads the log, which certificate it is and what is wrong with it.
TEST_F(TlsStreamTest, NamesTheCertificateThatItRefuses) {
    Wish wish;
    wish.common_name = "Old\r\nOne";
    wish.days_from = -10;
    wish.days_to = -1;
    ASSERT_EQ(fault_for(wish), StreamFault::certificate_expired);
    EXPECT_EQ(words(), "certificate 0 (Old??One) by (Throw-away authority): mbedTLS 0x0001");
    wish = {};
    wish.weak_key = true;
    ASSERT_EQ(fault_for(wish), StreamFault::certificate_weak);
    EXPECT_EQ(words(), "certificate 0 (localhost) by (Throw-away authority): key, mbedTLS 0x10000");
    ASSERT_EQ(fault_for(Wish{}), StreamFault::none);
    EXPECT_EQ(words(), "") << "it is forgotten";
}

TEST_F(TlsStreamTest, ShowsItsClientCertificate) {
    Wish wish;
    wish.common_name = "box";
    const Identity box = make_identity(wish, &authority());
    client_cert_ = folder_.write("client.pem", box.certificate);
    client_key_ = folder_.write("client.key", box.key);
    TlsPeer peer({make_identity(Wish{}, &authority()), "", &authority()});
    ASSERT_EQ(open(peer), Progress::done);
    read_on(peer);
    EXPECT_TRUE(peer.client_certificate_seen());
}

TEST_F(TlsStreamTest, ReportsThatItsClientCertificateWasRefused) {
    const Identity stranger = make_identity(Wish{}, nullptr);
    client_cert_ = folder_.write("client.pem", stranger.certificate);
    client_key_ = folder_.write("client.key", stranger.key);
    TlsPeer peer({make_identity(Wish{}, &authority()), "", &authority()});
    EXPECT_TRUE(refuses_us(peer));
}

// A server of TLS 1.3 may refuse our certificate after the handshake, and then has read nothing.
// What else breaks once the stream is open says nothing of that (hazards.md 32).
TEST_F(TlsStreamTest, Hazard32TellsARefusalOfOurCertificateFromWhatBreaksLater) {
    const struct {
        int alert;
        StreamFault fault;
    } kRows[] = {
        {MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE, StreamFault::handshake_failed},
        {MBEDTLS_SSL_ALERT_MSG_BAD_CERT, StreamFault::handshake_failed},
        {MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED, StreamFault::handshake_failed},
        {MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA, StreamFault::handshake_failed},
        {MBEDTLS_SSL_ALERT_MSG_ACCESS_DENIED, StreamFault::handshake_failed},
        {MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR, StreamFault::handshake_failed},
        {116, StreamFault::handshake_failed},  // certificate_required
        {MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE, StreamFault::tls_broken},
        {MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC, StreamFault::tls_broken},
        {MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR, StreamFault::tls_broken},
        {MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR, StreamFault::tls_broken},
    };
    TlsPeer peer;
    for (const auto& row : kRows) {
        ASSERT_EQ(open(peer), Progress::done);
        (void)read_on(peer);
        peer.alert(row.alert);
        EXPECT_TRUE(read_on(peer).failed);
        EXPECT_EQ(stream_fault_name(stream_.fault()), stream_fault_name(row.fault)) << row.alert;
        stream_.close();
    }
    // Who has answered once has taken our certificate.
    ASSERT_EQ(open(peer), Progress::done);
    peer.send("HTTP/1.1 100");
    EXPECT_FALSE(read_on(peer).failed);
    peer.alert(MBEDTLS_SSL_ALERT_MSG_BAD_CERT);
    EXPECT_TRUE(read_on(peer).failed);
    EXPECT_EQ(stream_.fault(), StreamFault::tls_broken);
}

TEST_F(TlsStreamTest, Hazard32SeesARecordThatCannotBeRead) {
    TlsPeer peer;
    ASSERT_EQ(open(peer), Progress::done);
    (void)read_on(peer);
    peer.corrupt();
    EXPECT_TRUE(read_on(peer).failed);
    EXPECT_EQ(stream_.fault(), StreamFault::tls_broken);
}

TEST_F(TlsStreamTest, SeesACutConnectionFromAnEnd) {
    TlsPeer peer;
    ASSERT_EQ(open(peer), Progress::done);
    shutdown(peer.tcp().descriptor(), SHUT_WR);  // a FIN without close_notify: truncated
    const Stream::Moved moved = read_on(peer);
    EXPECT_TRUE(moved.failed);
    EXPECT_FALSE(moved.end);
    EXPECT_EQ(stream_.fault(), StreamFault::closed);
}

// Who resets what he has read the beginning of is there: it is no CM that cannot be reached.
TEST_F(TlsStreamTest, IsCutByAPeerThatHasReadItsHello) {
    load();
    for (const bool reset : {true, false}) {
        TcpPeer peer;
        std::string hello;
        Progress progress = stream_.open(peer.address(), "localhost");
        for (int i = 0; progress == Progress::wait && i < 5000; i++) {
            peer.pump();
            hello += peer.take_received();
            if (!hello.empty()) reset ? peer.cut() : peer.finish();
            wait();
            progress = stream_.advance();
        }
        EXPECT_EQ(progress, Progress::failed);
        EXPECT_EQ(hello.substr(0, 2), "\x16\x03") << "a handshake of TLS";
        EXPECT_EQ(stream_.fault(), StreamFault::handshake_cut) << (reset ? "reset" : "closed");
    }
    EXPECT_EQ(fault_for(Wish{}), StreamFault::none) << "the next one is heard";
}

TEST_F(TlsStreamTest, SaysGoodbye) {
    TlsPeer peer;
    ASSERT_EQ(open(peer), Progress::done);
    read_on(peer);
    EXPECT_FALSE(peer.client_said_goodbye());
    stream_.close();
    peer.pump();
    EXPECT_TRUE(peer.client_said_goodbye());
}

// mbedTLS wants a write that waits to be repeated as it was; its callers need not know.
TEST_F(TlsStreamTest, CountsWhatItSentAlthoughAWriteGrowsWhileItWaits) {
    TlsPeer peer;
    ASSERT_EQ(open(peer), Progress::done);
    const int small = 4096;
    setsockopt(stream_.descriptor(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    std::string much;
    while (much.size() < 8'000'000) much += std::to_string(much.size()) + ",";
    std::string received;
    std::size_t sent = 0;
    std::size_t offer = 1000;
    for (int i = 0; i < 100'000 && received.size() < much.size(); i++) {
        const std::size_t size = std::min(offer, much.size() - sent);
        const Stream::Moved moved = stream_.write(much.data() + sent, size);
        ASSERT_FALSE(moved.failed);
        sent += moved.bytes;
        offer = moved.bytes > 0 ? 1000 : 5000;
        if (moved.bytes > 0) continue;
        peer.pump();
        received += peer.take_received();
        wait();
    }
    EXPECT_TRUE(received == much);
}

}  // namespace
}  // namespace cmagent::contract
