// Opening a connection (hazards.md 16 to 18).

#include <gtest/gtest.h>

#include "tests/scenario/link_world.h"

namespace cmagent::link {
namespace {

using cm::Call;
using cm::Meaning;

class Addresses : public LinkTest {
  protected:
    void SetUp() override {
        add(6, platform::Address::Family::ipv6);
        add(4, platform::Address::Family::ipv4);
        add(16, platform::Address::Family::ipv6);
        add(14, platform::Address::Family::ipv4);
        cm.accepts();
    }
    void add(std::uint8_t last, platform::Address::Family family) {
        platform::Address address;
        address.family = family;
        address.bytes[family == platform::Address::Family::ipv4 ? 3 : 15] = last;
        addresses_.list[addresses_.count++] = address;
        resolver.know("cm.example", addresses_);
    }

  private:
    platform::Addresses addresses_;
};

TEST_F(Addresses, TheNextIsTriedWhenOneRefuses) {
    one.peers[6] = {FakePeer::Manner::refuses, platform::StreamFault::connect_failed};
    one.peers[4] = {FakePeer::Manner::refuses_later, platform::StreamFault::closed};
    one.peers[16] = {FakePeer::Manner::accepts_at_once, {}};
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (std::vector<int>{6, 4, 16}));
    EXPECT_EQ(link->counters().connections, 1U);
    EXPECT_EQ(link->counters().failures, 0U);
}

TEST_F(Addresses, AHandshakeIsWaitedFor) {
    one.peers[6] = {FakePeer::Manner::shakes_hands, {}};
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (std::vector<int>{6}));
}

TEST_F(Addresses, NoneIsTriedAfterTheTimeIsOver) {
    one.peers[6] = {FakePeer::Manner::is_silent, {}};
    send(1, Call::heartbeat);
    run_loop();
    clock.advance(8 * 3'600'000);  // standby
    run_loop();
    EXPECT_EQ(answered(), Ids{1});
    EXPECT_EQ(told[0].reason, "connect-timed-out");
    EXPECT_EQ(one.attempts, (std::vector<int>{6}));
}

TEST_F(Addresses, ARefusalAfterTheTimeIsOverIsTheLast) {
    one.peers[6] = {FakePeer::Manner::refuses_later, platform::StreamFault::connect_failed};
    send(1, Call::heartbeat);
    link->on_time(now());
    ASSERT_TRUE(resolver.turn());
    clock.advance(8 * 3'600'000);  // standby; the loop learns of the refusal first
    ASSERT_TRUE(poller.turn());
    EXPECT_EQ(answered(), Ids{1});
    EXPECT_EQ(told[0].reason, "connect-failed");
    EXPECT_EQ(one.attempts, (std::vector<int>{6}));
}

TEST_F(Addresses, WhatWorkedGoesFirstNextTime) {
    one.peers[6] = one.peers[16] = {FakePeer::Manner::is_silent, {}};
    send(1, Call::heartbeat);
    pass(250);
    pass(kIdleTimeout);
    one.attempts.clear();
    EXPECT_EQ(call(2, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (std::vector<int>{4}));
    pass(kIdleTimeout);
    one.attempts.clear();
    one.peers[4] = {FakePeer::Manner::refuses, platform::StreamFault::connect_failed};
    one.peers[6] = {};
    EXPECT_EQ(call(3, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (std::vector<int>{4, 6}));
}

TEST_F(Addresses, WhenAllRefuseCmCannotBeReached) {
    for (int last : {6, 4, 16, 14}) {
        one.peers[last] = {FakePeer::Manner::refuses_later, platform::StreamFault::connect_failed};
    }
    const Told told_last = call(1, Call::start, true);
    EXPECT_EQ(told_last.meaning, Meaning::unreachable);
    EXPECT_EQ(told_last.reason, "connect-failed");
    EXPECT_EQ(one.attempts.size(), 4U);
    EXPECT_EQ(poller.watched(), 0U);
    EXPECT_TRUE(described.empty());
}

// hazards.md 4 and 16: never a permit, and never "unreachable", which a start might pass for grace.
TEST_F(Addresses, ACertificateThatFailsIsFinal) {
    using F = platform::StreamFault;
    const struct {
        F fault;
        Meaning meaning;
        const char* reason;
        cm::Blame blame;
    } kRows[] = {
        {F::clock_not_set, Meaning::clock_not_set, "clock-not-set", cm::Blame::network},
        {F::certificate_expired, Meaning::insecure, "certificate-expired", cm::Blame::service},
        {F::certificate_not_yet_valid, Meaning::insecure, "certificate-not-yet-valid",
         cm::Blame::service},
        {F::certificate_wrong_host, Meaning::insecure, "certificate-wrong-host",
         cm::Blame::network},
        {F::certificate_untrusted, Meaning::insecure, "certificate-untrusted", cm::Blame::network},
        {F::certificate_constrained, Meaning::insecure, "certificate-constrained",
         cm::Blame::service},
        {F::certificate_invalid, Meaning::insecure, "certificate-invalid", cm::Blame::service},
        {F::pin_mismatch, Meaning::insecure, "pin-mismatch", cm::Blame::service},
        {F::certificate_weak, Meaning::insecure, "certificate-weak", cm::Blame::service},
        {F::no_common_version, Meaning::insecure, "no-common-version", cm::Blame::network},
        {F::no_common_algorithm, Meaning::insecure, "no-common-algorithm", cm::Blame::network},
        {F::handshake_failed, Meaning::insecure, "handshake-failed", cm::Blame::network},
        {F::out_of_memory, Meaning::insecure, "out-of-memory", cm::Blame::network},
    };
    for (const auto& row : kRows) {
        one.attempts.clear();
        for (int last : {6, 4, 16, 14}) {
            one.peers[last] = {FakePeer::Manner::refuses_later, row.fault};
        }
        const Told told_last = call(1, Call::start, true);
        EXPECT_EQ(told_last.meaning, row.meaning) << row.reason;
        EXPECT_EQ(told_last.reason, row.reason);
        EXPECT_EQ(told_last.blame, row.blame) << row.reason;
        EXPECT_EQ(one.attempts.size(), 1U);
        EXPECT_FALSE(connected());
    }
}

TEST_F(Addresses, AHandshakeThatIsCutOffMayBeTheAddresss) {
    one.peers[6] = {FakePeer::Manner::refuses_later, platform::StreamFault::handshake_cut};
    cm.accepts();
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (std::vector<int>{6, 4}));
}

TEST_F(Addresses, HandshakesThatAreAllCutOffAreNoCmThatCannotBeReached) {
    for (int last : {6, 4, 16, 14}) {
        one.peers[last] = {FakePeer::Manner::refuses_later, platform::StreamFault::handshake_cut};
    }
    const Told told_last = call(1, Call::start, true);
    EXPECT_EQ(told_last.meaning, Meaning::insecure);
    EXPECT_EQ(told_last.reason, "handshake-cut");
    EXPECT_EQ(told_last.blame, cm::Blame::network) << "nothing is known of who did it";
    EXPECT_EQ(one.attempts.size(), 4U);
}

TEST_F(LinkTest, ACertificateOfOursThatIsRefusedAfterTheHandshake) {
    send(1, Call::start, true);
    run_loop();
    one.cut(platform::StreamFault::handshake_failed);
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::insecure);
    EXPECT_EQ(told[0].reason, "handshake-failed");
    EXPECT_EQ(told[0].blame, cm::Blame::service) << "CM is there, and does not want this box";
}

TEST_F(LinkTest, Hazard18ANameThatCannotBeResolved) {
    resolver.know("cm.example", {});
    EXPECT_EQ(call(1, Call::start, true).reason, "not-resolved");
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].detail, "no such name");
    resolver.refuses = true;
    EXPECT_EQ(call(2, Call::start, true).reason, "not-resolved");
    EXPECT_EQ(told[1].detail, "") << "nothing of the attempt before";
}

TEST_F(LinkTest, WhatFailsSaysWhoAndWhy) {
    one.words = "192.0.2.1:443: Connection refused";
    one.peers[1] = {FakePeer::Manner::refuses_later};
    EXPECT_EQ(call(1, Call::heartbeat).detail, "192.0.2.1:443: Connection refused");
    one.peers.clear();
    one.words = "192.0.2.1:443: Connection reset by peer";
    send(2, Call::start, true);
    run_loop();
    one.cut(platform::StreamFault::closed);
    run_loop();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1].detail, "192.0.2.1:443: Connection reset by peer");
}

TEST_F(LinkTest, Hazard18And28AResolverThatTakesTooLong) {
    resolver.silent = true;
    send(1, Call::start, true);
    pass(settings.connect_timeout);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "not-resolved");
    EXPECT_EQ(resolver.open_questions(), 0U) << "a late answer comes to nobody";
}

TEST_F(LinkTest, AnAddressIsAskedForAtEveryConnection) {
    cm = [](const std::string&) { return response(202, "Connection: close\r\n"); };
    call(1, Call::heartbeat);
    call(2, Call::heartbeat);
    EXPECT_EQ(resolver.asked.size(), 2U);
}

TEST_F(LinkTest, EveryCallThatWaitsForAConnectionThatFailsIsTold) {
    one.peers[1] = {FakePeer::Manner::refuses, platform::StreamFault::connect_failed};
    bool replied = false;
    on_told = [&](const Told&) {
        if (!replied) send(9, Call::heartbeat);
        replied = true;
    };
    for (std::uint32_t id : {1U, 2U, 3U}) send(id, Call::heartbeat);
    calls.erase(1);
    link->on_time(now());
    while (resolver.turn()) continue;
    EXPECT_EQ(answered(), (Ids{1, 2, 3})) << "not 9, which was sent in reply";
    EXPECT_EQ(one.attempts.size(), 1U);
    one.peers.clear();
    cm.accepts();
    run_loop();
    EXPECT_EQ(told.back().exchange, 9U);
    EXPECT_EQ(told.back().meaning, Meaning::granted);
}

TEST_F(LinkTest, ButNotOneThatWaitsForTheOtherConnection) {
    send(1, Call::heartbeat);
    send(2, Call::heartbeat);
    run_loop();
    other.peers[1] = {FakePeer::Manner::refuses, platform::StreamFault::connect_failed};
    send(3, Call::start, true);
    run_loop();
    EXPECT_EQ(answered(), Ids{3});
    cm.accepts();
    run_loop();
    EXPECT_EQ(answered(), (Ids{3, 1, 2}));
}

TEST_F(LinkTest, ACallWhoseConnectionCannotBeOpenedAnewIsTold) {
    keep_one();
    one.fail_writes();
    one.peers[1] = {FakePeer::Manner::refuses, platform::StreamFault::connect_failed};
    send(2, Call::heartbeat);
    const Told first = call(1, Call::start, true);
    EXPECT_EQ(first.meaning, Meaning::unreachable);
    EXPECT_EQ(first.reason, "connect-failed");
}

TEST_F(LinkTest, ADescriptorThatCannotBeWatched) {
    poller.refuses = true;
    EXPECT_EQ(call(1, Call::heartbeat).reason, "not-watched");
    one.peers[1] = {FakePeer::Manner::accepts_at_once, {}};
    EXPECT_EQ(call(2, Call::heartbeat).reason, "not-watched");
    EXPECT_EQ(told.back().meaning, Meaning::unreachable);
    EXPECT_FALSE(one.is_open());
}

}  // namespace
}  // namespace cmagent::link
