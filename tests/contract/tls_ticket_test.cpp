// Sessions of TLS that a peer no longer wants to resume: they cost a full handshake, never a request
// (contract.md, "Connections to CM").
#include <gtest/gtest.h>
#include <poll.h>

#include <string>

#include "platform/linux/tcp_stream.h"
#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/openssl_server.h"
#include "tests/contract/tls_peer.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

using platform::Address;
using platform::Stream;
using Progress = Stream::Progress;
using Ticket = TlsPeerOptions::Ticket;

class TlsTicket : public testing::Test {
  protected:
    void SetUp() override { trust_authority(context_); }

    // As far as it comes within so many milliseconds of silence.
    template <typename Pump>
    Progress open(const Address& address, Pump pump, int patience = 5'000) {
        Progress progress = stream_.open(address, "localhost");
        for (int i = 0; progress == Progress::wait && i < patience; i++) {
            pump();
            wait();
            progress = stream_.advance();
        }
        return progress;
    }
    // Lets the tickets of TLS 1.3 arrive. False: the stream has come to an end.
    template <typename Pump>
    bool read_on(Pump pump) {
        for (int i = 0; i < 50; i++) {
            char bytes[16];
            pump();
            const Stream::Moved moved = stream_.read(bytes, sizeof bytes);
            if (moved.failed || moved.end) return false;
            wait();
        }
        return true;
    }
    void wait() {
        pollfd ready = {stream_.descriptor(), 0, 0};
        if (stream_.wanted().read) ready.events |= POLLIN;
        if (stream_.wanted().write) ready.events |= POLLOUT;
        poll(&ready, 1, 1);
    }

    fakes::FakeClock clock_{kClockOfToday};
    platform::TlsContext context_{clock_};
    platform::TcpStream tcp_;
    platform::TlsStream stream_{tcp_, context_};
};

TEST_F(TlsTicket, Hazard37OneThatIsRefusedCostsAFullHandshake) {
    for (const Ticket manner : {Ticket::refuses, Ticket::closes, Ticket::resets}) {
        TlsPeerOptions options;
        options.ticket = manner;
        TlsPeer peer(options);
        const auto pump = [&peer] { peer.pump(); };
        ASSERT_EQ(open(peer.address(), pump), Progress::done);
        ASSERT_TRUE(read_on(pump));
        ASSERT_EQ(open(peer.address(), pump), Progress::done)
            << stream_.detail() << " " << static_cast<int>(manner);
        EXPECT_FALSE(stream_.resumed());
        EXPECT_TRUE(read_on(pump));
    }
}

TEST_F(TlsTicket, Hazard37OneThatIsMetWithSilenceIsNotShownAgain) {
    TlsPeerOptions options;
    options.ticket = Ticket::is_silent;
    TlsPeer peer(options);
    const auto pump = [&peer] { peer.pump(); };
    ASSERT_EQ(open(peer.address(), pump), Progress::done);
    ASSERT_TRUE(read_on(pump));
    ASSERT_EQ(open(peer.address(), pump, 100), Progress::wait) << "the caller keeps the time";
    ASSERT_EQ(open(peer.address(), pump), Progress::done);
    EXPECT_FALSE(stream_.resumed());
}

TEST_F(TlsTicket, OneWhoseConnectionBreaksBeforeTheFirstAnswerIsNotShownAgain) {
    for (const bool in_good_order : {true, false}) {
        TlsPeer peer;
        const auto pump = [&peer] { peer.pump(); };
        ASSERT_EQ(open(peer.address(), pump), Progress::done);
        ASSERT_TRUE(read_on(pump));
        ASSERT_EQ(open(peer.address(), pump), Progress::done);
        ASSERT_TRUE(stream_.resumed());
        // The end comes first: else the tickets of this connection would be kept, too.
        in_good_order ? peer.finish() : peer.cut();
        EXPECT_FALSE(read_on(pump));
        ASSERT_EQ(open(peer.address(), pump), Progress::done);
        EXPECT_FALSE(stream_.resumed()) << in_good_order;
    }
}

// Tickets of TLS 1.2 and 1.3, of a server that knows them and of one that does not; and the session
// ids of one without tickets, which s_server does not always know again.
TEST_F(TlsTicket, OpensslTakesItsOwnAndRefusesThoseOfAnother) {
    const Identity server = make_identity(Wish{}, &authority());
    const TemporaryFolder folder;
    const std::string paper = " -cert " + folder.write("server.pem", server.certificate) +
                              " -key " + folder.write("server.key", server.key);
    const auto pump = [] {};
    for (const std::string options : {"-tls1_2", "-tls1_2 -no_ticket", ""}) {
        const bool tickets = options.find("-no_ticket") == std::string::npos;
        const OpensslServer one(options + paper);
        const OpensslServer another(options + paper);
        ASSERT_EQ(open(one.address(), pump), Progress::done);
        ASSERT_TRUE(read_on(pump));
        ASSERT_EQ(open(one.address(), pump), Progress::done) << options;
        EXPECT_TRUE(stream_.resumed() || !tickets) << options;
        ASSERT_TRUE(read_on(pump));
        ASSERT_EQ(open(another.address(), pump), Progress::done) << options;
        EXPECT_FALSE(stream_.resumed()) << options;
    }
}

}  // namespace
}  // namespace cmagent::contract
