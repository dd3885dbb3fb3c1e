// What TlsStream tells of the certificates that it has seen (contract.md, "Status").
#include <gtest/gtest.h>
#include <poll.h>

#include <ctime>
#include <string>
#include <vector>

#include "platform/linux/tcp_stream.h"
#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/tcp_peer.h"
#include "tests/contract/tls_peer.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"

namespace cmagent::contract {
namespace {

using platform::CertificateFacts;
using platform::ServerChain;
using platform::Stream;

Wish authority_named(const char* name, int days) {
    Wish wish;
    wish.common_name = name;
    wish.dns_names.clear();
    wish.authority = true;
    wish.days_to = days;
    return wish;
}

class TlsChain : public testing::Test {
  protected:
    void SetUp() override { trust_authority(context_); }

    bool open(TlsPeer& peer) {
        Stream::Progress progress = stream_.open(peer.address(), "localhost");
        for (int i = 0; progress == Stream::Progress::wait && i < 5000; i++) {
            peer.pump();
            pollfd ready = {stream_.descriptor(), POLLIN, 0};
            poll(&ready, 1, 1);
            progress = stream_.advance();
        }
        return progress == Stream::Progress::done;
    }
    // The server's own first. Whether it was taken.
    bool show(const std::vector<Identity>& identities) {
        TlsPeerOptions options;
        options.identity = identities[0];
        for (std::size_t i = 1; i < identities.size(); i++)
            options.chain_below += identities[i].certificate;
        TlsPeer peer(options);
        return open(peer);
    }
    [[nodiscard]] const ServerChain& seen() { return context_.chain().seen(); }
    [[nodiscard]] std::string names() {
        std::string all;
        for (std::size_t i = 0; i < seen().count; i++) {
            const CertificateFacts& facts = seen().certificates[i];
            all += std::string(facts.subject.view()) + "<" + std::string(facts.issuer.view()) + " ";
        }
        return all;
    }
    // In whole days from now; more than a test of an hour is lost by nobody.
    [[nodiscard]] std::int64_t first_ends() {
        return (seen().first_to_end()->ends - std::time(nullptr) + 3600) / 86'400;
    }

    fakes::FakeClock clock_{kClockOfToday};
    platform::TlsContext context_{clock_};
    platform::TcpStream tcp_;
    platform::TlsStream stream_{tcp_, context_};
};

TEST_F(TlsChain, NothingIsToldBeforeAServerWasSeen) {
    EXPECT_EQ(seen().count, 0U);
    EXPECT_EQ(seen().first_to_end(), nullptr);
}

TEST_F(TlsChain, TheCertificateThatEndsFirstIsFoundWhereverItStands) {
    const Identity between = make_identity(authority_named("Between", 10), &authority());
    ASSERT_TRUE(show({make_identity(Wish{}, &between), between}));
    EXPECT_EQ(names(),
              "localhost<Between Between<Throw-away authority "
              "Throw-away authority<Throw-away authority ");
    EXPECT_EQ(seen().first_to_end()->subject, "Between");
    EXPECT_EQ(first_ends(), 10);
}

TEST_F(TlsChain, CertificatesInAnotherOrderAreToldInTheirOwn) {
    const Identity upper = make_identity(authority_named("Upper", 20), &authority());
    const Identity lower = make_identity(authority_named("Lower", 20), &upper);
    ASSERT_TRUE(show({make_identity(Wish{}, &lower), upper, lower}));
    EXPECT_EQ(names(),
              "localhost<Lower Lower<Upper Upper<Throw-away authority "
              "Throw-away authority<Throw-away authority ");
}

TEST_F(TlsChain, OfALongChainTheLastPlaceHasTheOneThatEndsFirst) {
    const Identity a = make_identity(authority_named("A", 20), &authority());
    const Identity b = make_identity(authority_named("B", 9), &a);
    const Identity c = make_identity(authority_named("C", 20), &b);
    const Identity d = make_identity(authority_named("D", 20), &c);
    ASSERT_TRUE(show({make_identity(Wish{}, &d), d, c, b, a}));
    EXPECT_EQ(names(), "localhost<D D<C C<B B<A ");
    EXPECT_EQ(first_ends(), 9);
}

TEST_F(TlsChain, AResumedHandshakeKeepsWhatWasSeen) {
    TlsPeer peer;
    ASSERT_TRUE(open(peer));
    char bytes[16];
    for (int i = 0; i < 20; i++) {  // until the ticket of TLS 1.3 is there
        peer.pump();
        (void)stream_.read(bytes, sizeof bytes);
    }
    ASSERT_TRUE(open(peer));
    ASSERT_TRUE(stream_.resumed());
    EXPECT_EQ(names(), "localhost<Throw-away authority Throw-away authority<Throw-away authority ");
}

TEST_F(TlsChain, OneThatHasEndedIsTold) {
    Wish wish;
    wish.days_from = -10;
    wish.days_to = -2;
    EXPECT_FALSE(show({make_identity(wish, &authority())}));
    EXPECT_EQ(seen().first_to_end()->subject, "localhost");
    EXPECT_LT(seen().first_to_end()->ends, std::time(nullptr));
}

TEST_F(TlsChain, Hazard62WhatSomebodyElseHasShownChangesNothing) {
    Wish wish;
    wish.days_to = 12;
    ASSERT_TRUE(show({make_identity(wish, &authority())}));
    Wish portal;
    portal.days_to = 3;
    EXPECT_FALSE(show({make_identity(portal, nullptr)})) << "of nobody that is trusted";
    portal.dns_names = {"portal.example"};
    EXPECT_FALSE(show({make_identity(portal, &authority())})) << "of another name";
    EXPECT_EQ(first_ends(), 12);
}

}  // namespace
}  // namespace cmagent::contract
