#include <gtest/gtest.h>

#include "tests/scenario/link_world.h"

namespace cmagent::daemon {
namespace {

using cm::Call;
using cm::Meaning;
using Ids = std::vector<std::uint32_t>;

class LinkTest : public ::testing::Test, protected LinkStory {
  protected:
    // An open, kept connection on which one call has been made.
    void keep_one() {
        const auto before = cm;
        cm = [](const std::string&) { return kAccepted; };
        ASSERT_EQ(call(999, Call::heartbeat).meaning, Meaning::granted);
        cm = before;
        told.clear();
        described.clear();
    }
};

TEST_F(LinkTest, AStartIsAskedAndAnswered) {
    std::string request;
    cm = [&](const std::string& text) {
        request = text;
        return kAccepted;
    };
    send(1, Call::start, true);
    EXPECT_TRUE(told.empty()) << "never from within send()";
    EXPECT_TRUE(described.empty());
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::granted);
    EXPECT_EQ(told[0].status, 202);
    EXPECT_EQ(request.substr(0, request.find('\r')), "POST /v2/sessions/idp/subject HTTP/1.1");
    EXPECT_EQ(one.host, "cm.example");
    EXPECT_EQ(resolver.names, std::vector<std::string>{"cm.example:443"});
    EXPECT_EQ(link->counters().connections, 1U);
    EXPECT_EQ(link->counters().requests, 1U);
    EXPECT_EQ(link->counters().bytes_sent, request.size());
    EXPECT_EQ(link->counters().bytes_received, kAccepted.size());
    EXPECT_TRUE(link->connected());
}

TEST_F(LinkTest, ABodyReachesTheListener) {
    cm = [](const std::string&) {
        return response(409, "Content-Type: application/json\r\n", "{\"associatedAdvice\":[]}");
    };
    one.portion = 7;
    EXPECT_EQ(call(1, Call::start, true).body, "{\"associatedAdvice\":[]}");
}

// --- connections: kept, shared, a second one only when somebody would have to wait ---

TEST_F(LinkTest, OneHourOfPlayTakesOneConnection) {
    cm = [](const std::string&) { return kAccepted; };
    call(1, Call::metadata);
    call(2, Call::start, true);
    for (std::uint32_t minute = 0; minute < 60; ++minute) {
        pass(60'000);
        EXPECT_EQ(call(10 + minute, Call::heartbeat).meaning, Meaning::granted);
    }
    call(3, Call::end);
    EXPECT_EQ(link->counters().connections, 1U);
    EXPECT_EQ(link->counters().requests, 63U);
    EXPECT_EQ(link->counters().repetitions, 0U);
}

TEST_F(LinkTest, AHeartbeatDoesNotWaitBehindAStart) {
    send(1, Call::start, true);  // CM is silent
    pass(1'000);
    cm = [](const std::string& request) {
        return request.find("/2 HTTP") != std::string::npos ? kAccepted : "";
    };
    send(2, Call::heartbeat);
    settle();
    EXPECT_EQ(answered(), Ids{2});
    EXPECT_EQ(link->counters().connections, 2U);
}

TEST_F(LinkTest, AStartDoesNotWaitBehindAHeartbeat) {
    send(1, Call::heartbeat);
    pass(1'000);
    cm = [](const std::string& request) {
        return request.find("/1 HTTP") == std::string::npos ? kAccepted : "";
    };
    send(2, Call::start, true);
    settle();
    EXPECT_EQ(answered(), Ids{2});
}

TEST_F(LinkTest, NorDoesItWaitForAConnectionThatAnotherKindOpens) {
    one.peers[1] = {Peer::Manner::is_silent, {}};
    send(1, Call::heartbeat);
    settle();
    cm = [](const std::string&) { return kAccepted; };
    send(2, Call::start, true);
    settle();
    EXPECT_EQ(answered(), Ids{2});
}

TEST_F(LinkTest, CallsOfOneKindTakeTurnsOnOneConnection) {
    for (std::uint32_t id = 1; id <= 8; ++id) send(id, Call::heartbeat);
    settle();
    EXPECT_EQ(described, Ids{1}) << "what is to be written is asked when it can be written";
    cm = [](const std::string&) { return kAccepted; };
    settle();
    EXPECT_EQ(answered(), (Ids{1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(LinkTest, AKindHoldsOneConnectionEvenIfTwoAreOpen) {
    send(1, Call::heartbeat);
    send(2, Call::start, true);
    settle();
    ASSERT_EQ(link->counters().connections, 2U);
    cm = [](const std::string&) { return kAccepted; };
    settle();
    ASSERT_EQ(told.size(), 2U);
    cm = [](const std::string&) { return ""; };
    send(3, Call::heartbeat);
    send(4, Call::heartbeat);
    settle();
    EXPECT_EQ(described.back(), 3U) << "4 waits, and leaves the other connection to viewers";
    cm = [](const std::string& request) {
        return request.find("/subject HTTP") != std::string::npos ? kAccepted : "";
    };
    send(5, Call::start, true);
    settle();
    EXPECT_EQ(told.back().exchange, 5U);
    EXPECT_EQ(link->counters().connections, 2U);
}

TEST_F(LinkTest, AnIdleConnectionServesEitherKind) {
    keep_one();
    cm = [](const std::string&) { return kAccepted; };
    call(1, Call::start, true);
    call(2, Call::heartbeat);
    call(3, Call::running_streams, true);
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(LinkTest, IsClosedAfterTwoMinutesWithoutUse) {
    keep_one();
    pass(kIdleTimeout - 1);
    EXPECT_TRUE(link->connected());
    pass(1);
    EXPECT_FALSE(link->connected());
    EXPECT_FALSE(one.is_open());
    EXPECT_EQ(link->next_deadline(), core::kNever);
    cm = [](const std::string&) { return kAccepted; };
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 2U);
}

TEST_F(LinkTest, TheEndOfAnIdleConnectionIsSeenAtOnce) {
    for (bool FakeStream::*manner : {&FakeStream::ended, &FakeStream::broken}) {
        keep_one();
        one.*manner = true;
        settle();
        EXPECT_FALSE(link->connected());
        EXPECT_TRUE(poller.watched.empty());
    }
    EXPECT_EQ(link->counters().repetitions, 0U);
}

TEST_F(LinkTest, BytesThatNobodyAskedForEndTheConnection) {
    keep_one();
    one.answer = "HTTP/1.1 408 Request Timeout\r\n\r\n";
    settle();
    EXPECT_FALSE(link->connected());
    EXPECT_TRUE(told.empty());
}

TEST_F(LinkTest, BytesBehindAnAnswerEndTheConnection) {
    cm = [](const std::string&) { return kAccepted + "HTTP/1.1 200 OK\r\n"; };
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_FALSE(link->connected());
}

TEST_F(LinkTest, ConnectionCloseIsHonoured) {
    cm = [](const std::string&) { return response(202, "Connection: close\r\n"); };
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_FALSE(link->connected());
    EXPECT_EQ(call(2, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 2U);
}

TEST_F(LinkTest, ABodyUntilTheEndIsComplete) {
    send(1, Call::metadata);
    settle();
    one.answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[\"channel\"]";
    one.ended = true;
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::listed);
    EXPECT_EQ(told[0].body, "[\"channel\"]");
}

TEST_F(LinkTest, ButNotWhenTheConnectionBreaks) {
    send(1, Call::metadata);
    settle();
    one.answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[]";
    settle();
    one.broken = true;
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "truncated");
}

// --- a kept connection that has died (RFC 9110 §9.2.2; hazards.md 13) ---

TEST_F(LinkTest, WhatMayBeRepeatedIsRepeatedOnceOnANewConnection) {
    for (Call kind : {Call::heartbeat, Call::end, Call::running_streams, Call::metadata}) {
        keep_one();
        const LinkCounters before = link->counters();
        send(1, kind);
        settle();
        one.ended = true;  // the request is written, no byte of an answer has come
        settle();
        EXPECT_TRUE(told.empty());
        EXPECT_EQ(link->counters().connections, before.connections + 1);
        EXPECT_EQ(link->counters().repetitions, before.repetitions + 1);
        EXPECT_EQ(described, Ids{1}) << "it is the same request";
        one.broken = true;
        settle();
        ASSERT_EQ(told.size(), 1U) << cm::call_name(kind);
        EXPECT_EQ(told[0].meaning, Meaning::unreachable);
        EXPECT_EQ(told[0].reason, "closed");
        EXPECT_EQ(link->counters().repetitions, before.repetitions + 1) << "once";
    }
}

TEST_F(LinkTest, ARepetitionIsAnsweredAsIfNothingHadBeen) {
    keep_one();
    send(1, Call::heartbeat);
    settle();
    one.broken = true;
    cm = [](const std::string&) { return kAccepted; };
    one.received.clear();
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::granted);
}

TEST_F(LinkTest, AStartThatWentOutIsNeverRepeated) {
    keep_one();
    send(1, Call::start, true);
    settle();
    one.ended = true;
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unclear);
    EXPECT_EQ(link->counters().repetitions, 0U);
    EXPECT_EQ(link->counters().requests, 2U);
}

TEST_F(LinkTest, AStartOfWhichNothingWentOutIsSafeToRepeat) {
    keep_one();
    one.write_fails = true;
    cm = [](const std::string&) { return kAccepted; };
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().repetitions, 1U);
}

TEST_F(LinkTest, AnEndThatWasNotTakenInYetIsSeenBeforeAStartIsWritten) {
    keep_one();
    send(1, Call::start, true);
    one.ended = true;  // in the same turn of the loop
    cm = [](const std::string&) { return kAccepted; };
    link->on_time({clock.now_ms});
    EXPECT_TRUE(one.received.empty());
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::granted);
    EXPECT_EQ(link->counters().requests, 2U) << "it was written once";
}

TEST_F(LinkTest, ANewConnectionThatDiesIsNotTriedAgain) {
    const struct {
        Call call;
        Meaning meaning;
    } kRows[] = {{Call::start, Meaning::unclear}, {Call::heartbeat, Meaning::unreachable}};
    for (const auto& row : kRows) {
        told.clear();
        send(1, row.call);
        settle();
        one.ended = true;
        settle();
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].meaning, row.meaning);
        EXPECT_EQ(told[0].reason, "closed");
    }
    EXPECT_EQ(link->counters().repetitions, 0U);
}

TEST_F(LinkTest, AnAnswerThatBreaksOffIsNotRepeated) {
    keep_one();
    send(1, Call::heartbeat);
    settle();
    one.answer = "HTTP/1.1 2";
    settle();
    one.ended = true;
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "truncated");
    EXPECT_FALSE(link->connected());
}

// --- writing ---

TEST_F(LinkTest, ARequestIsWrittenAsTheNetworkTakesIt) {
    keep_one();
    one.room = 10;
    send(1, Call::start, true);
    settle();
    EXPECT_EQ(one.received.size(), 10U);
    one.room = 25;
    settle();
    EXPECT_EQ(one.received.size(), 35U);
    one.room = SIZE_MAX;
    cm = [](const std::string&) { return kAccepted; };
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::granted);
    EXPECT_TRUE(link->connected());
}

// RFC 9112 §9.5: a server may answer before it has read everything.
TEST_F(LinkTest, AnAnswerToHalfARequestCountsAndEndsTheConnection) {
    keep_one();
    one.room = 10;
    send(1, Call::start, true);
    settle();
    one.answer = response(429);
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::throttled);
    EXPECT_FALSE(link->connected());
}

TEST_F(LinkTest, AnAnswerIsReadAlthoughWritingFailed) {
    keep_one();
    one.room = 10;
    send(1, Call::start, true);
    settle();
    one.answer = response(401);
    one.write_fails = true;
    one.room = SIZE_MAX;
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unauthorized);
}

TEST_F(LinkTest, AStartOfWhichAPartWentOutIsUnclear) {
    keep_one();
    one.room = 10;
    send(1, Call::start, true);
    settle();
    one.write_fails = true;
    one.room = SIZE_MAX;
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unclear);
}

// --- deadlines (hazards.md 12 to 14, 17) ---

TEST_F(LinkTest, SilenceIsGivenUpAfterTheRequestsTime) {
    const struct {
        Call call;
        Meaning meaning;
    } kRows[] = {{Call::start, Meaning::unclear},
                 {Call::heartbeat, Meaning::unreachable},
                 {Call::metadata, Meaning::unreachable}};
    for (const auto& row : kRows) {
        told.clear();
        send(1, row.call, true);
        pass(settings.request_timeout - 1);
        EXPECT_TRUE(told.empty());
        pass(1);
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].meaning, row.meaning);
        EXPECT_EQ(told[0].reason, "timed-out");
        EXPECT_FALSE(link->connected());
    }
}

TEST_F(LinkTest, AHeartbeatBringsItsOwnAllowance) {
    send(1, Call::heartbeat, false, 1'000);
    pass(999);
    EXPECT_TRUE(told.empty());
    pass(1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
}

TEST_F(LinkTest, ASlowDripDoesNotMoveTheDeadline) {
    const std::string answer = response(202, "X-Filler: " + std::string(1'000, 'x') + "\r\n");
    send(1, Call::start, true);
    settle();
    const std::int64_t begun = clock.now_ms;
    for (char byte : answer) {
        one.answer = byte;
        pass(100);
        if (!told.empty()) break;
    }
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unclear);
    EXPECT_EQ(told[0].at_ms - begun, settings.request_timeout);
}

TEST_F(LinkTest, ARefusalWhoseBodyDripsStillCounts) {
    send(1, Call::heartbeat);
    settle();
    one.answer = "HTTP/1.1 409 x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    pass(settings.request_timeout);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::conflict);
    EXPECT_EQ(told[0].body, "");
    EXPECT_FALSE(link->connected());
}

TEST_F(LinkTest, WaitingInLineTakesFromTheAllowance) {
    send(1, Call::heartbeat, false, 9'000);
    send(2, Call::heartbeat, false, 3'000);
    pass(3'000);
    EXPECT_EQ(answered(), Ids{2});
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "timed-out");
    EXPECT_EQ(described, Ids{1});
    pass(6'000);
    EXPECT_EQ(answered(), (Ids{2, 1}));
}

TEST_F(LinkTest, TheTimeOfAConnectionIsBounded) {
    one.peers[1] = {Peer::Manner::is_silent, {}};
    send(1, Call::start, true);
    pass(settings.connect_timeout - 1);
    EXPECT_TRUE(told.empty());
    pass(1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "connect-timed-out");
    EXPECT_TRUE(poller.watched.empty());
    EXPECT_EQ(link->counters().failures, 1U);
    EXPECT_EQ(link->next_deadline(), core::kNever) << "nothing is retried: back-off is the core's";
}

TEST_F(LinkTest, ARepetitionHasNoMoreTimeThanTheCall) {
    keep_one();
    send(1, Call::heartbeat, false, 4'000);
    pass(1'000);
    one.peers[1] = {Peer::Manner::is_silent, {}};
    one.ended = true;
    pass(2'999);
    EXPECT_TRUE(told.empty());
    pass(1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "timed-out");
    EXPECT_EQ(link->next_deadline(), core::kNever);
}

TEST_F(LinkTest, AfterStandbyEverythingIsOverAtOnce) {
    send(1, Call::heartbeat);
    send(2, Call::heartbeat);
    settle();
    clock.now_ms += 8 * 3'600'000;
    settle();
    EXPECT_EQ(answered(), (Ids{1, 2}));
}

// --- opening a connection (hazards.md 16 to 18) ---

class Addresses : public LinkTest {
  protected:
    void SetUp() override {
        resolver.addresses.count = 0;
        add(6, platform::Address::Family::ipv6);
        add(4, platform::Address::Family::ipv4);
        add(16, platform::Address::Family::ipv6);
        add(14, platform::Address::Family::ipv4);
        cm = [](const std::string&) { return kAccepted; };
    }
    void add(std::uint8_t last, platform::Address::Family family) {
        platform::Address address;
        address.family = family;
        address.bytes[family == platform::Address::Family::ipv4 ? 3 : 15] = last;
        resolver.addresses.list[resolver.addresses.count++] = address;
    }
};

TEST_F(Addresses, TheNextIsTriedWhenOneRefuses) {
    one.peers[6] = {Peer::Manner::refuses, platform::StreamFault::connect_failed};
    one.peers[4] = {Peer::Manner::refuses_later, platform::StreamFault::closed};
    one.peers[16] = {Peer::Manner::accepts_at_once, {}};
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (std::vector<int>{6, 4, 16}));
    EXPECT_EQ(link->counters().connections, 1U);
    EXPECT_EQ(link->counters().failures, 0U);
}

TEST_F(Addresses, EachHasItsShareOfTheTime) {
    one.peers[6] = {Peer::Manner::is_silent, {}};
    one.peers[4] = {Peer::Manner::is_silent, {}};
    send(1, Call::heartbeat);
    pass(1'249);
    EXPECT_EQ(one.attempts, (std::vector<int>{6})) << "a quarter of 5 s";
    pass(1);
    EXPECT_EQ(one.attempts, (std::vector<int>{6, 4})) << "a third of the rest";
    pass(1'250);
    EXPECT_EQ(answered(), Ids{1});
    EXPECT_EQ(one.attempts, (std::vector<int>{6, 4, 16}));
}

TEST_F(Addresses, TheFamilyThatWorkedGoesFirstNextTime) {
    one.peers[6] = one.peers[16] = {Peer::Manner::is_silent, {}};
    send(1, Call::heartbeat);
    pass(1'250);
    pass(kIdleTimeout);
    one.attempts.clear();
    EXPECT_EQ(call(2, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (std::vector<int>{4}));
    pass(kIdleTimeout);
    one.attempts.clear();
    one.peers[4] = {Peer::Manner::refuses, platform::StreamFault::connect_failed};
    one.peers[6] = {};
    EXPECT_EQ(call(3, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(one.attempts, (std::vector<int>{4, 6}));
}

TEST_F(Addresses, WhenAllRefuseCmCannotBeReached) {
    for (int last : {6, 4, 16, 14}) {
        one.peers[last] = {Peer::Manner::refuses_later, platform::StreamFault::connect_failed};
    }
    const Told told_last = call(1, Call::start, true);
    EXPECT_EQ(told_last.meaning, Meaning::unreachable);
    EXPECT_EQ(told_last.reason, "connect-failed");
    EXPECT_EQ(one.attempts.size(), 4U);
    EXPECT_TRUE(poller.watched.empty());
    EXPECT_TRUE(described.empty());
}

// hazards.md 4 and 16: never a permit, and never "unreachable", which a start might pass for grace.
TEST_F(Addresses, ACertificateThatFailsIsFinal) {
    using F = platform::StreamFault;
    const struct {
        F fault;
        Meaning meaning;
        const char* reason;
    } kRows[] = {
        {F::clock_not_set, Meaning::clock_not_set, "clock-not-set"},
        {F::certificate_expired, Meaning::insecure, "certificate-expired"},
        {F::certificate_not_yet_valid, Meaning::insecure, "certificate-not-yet-valid"},
        {F::certificate_wrong_host, Meaning::insecure, "certificate-wrong-host"},
        {F::certificate_untrusted, Meaning::insecure, "certificate-untrusted"},
        {F::certificate_invalid, Meaning::insecure, "certificate-invalid"},
        {F::pin_mismatch, Meaning::insecure, "pin-mismatch"},
        {F::handshake_failed, Meaning::insecure, "handshake-failed"},
        {F::out_of_memory, Meaning::insecure, "out-of-memory"},
    };
    for (const auto& row : kRows) {
        one.attempts.clear();
        one.peers[6] = {Peer::Manner::refuses_later, row.fault};
        const Told told_last = call(1, Call::start, true);
        EXPECT_EQ(told_last.meaning, row.meaning) << row.reason;
        EXPECT_EQ(told_last.reason, row.reason);
        EXPECT_EQ(one.attempts, (std::vector<int>{6}));
        EXPECT_FALSE(link->connected());
    }
}

TEST_F(LinkTest, ACertificateOfOursThatIsRefusedAfterTheHandshake) {
    send(1, Call::start, true);
    settle();
    one.break_with(platform::StreamFault::handshake_failed);
    settle();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::insecure);
    EXPECT_EQ(told[0].reason, "handshake-failed");
}

TEST_F(LinkTest, ANameThatCannotBeResolved) {
    resolver.addresses.count = 0;
    EXPECT_EQ(call(1, Call::start, true).reason, "not-resolved");
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    resolver.refuses = true;
    EXPECT_EQ(call(2, Call::start, true).reason, "not-resolved");
}

TEST_F(LinkTest, AResolverThatTakesTooLong) {
    resolver.silent = true;
    send(1, Call::start, true);
    pass(settings.connect_timeout);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "not-resolved");
    EXPECT_TRUE(resolver.asking.empty()) << "a late answer comes to nobody";
}

TEST_F(LinkTest, AnAddressIsAskedForAtEveryConnection) {
    cm = [](const std::string&) { return response(202, "Connection: close\r\n"); };
    call(1, Call::heartbeat);
    call(2, Call::heartbeat);
    EXPECT_EQ(resolver.names.size(), 2U);
}

TEST_F(LinkTest, WhoeverWaitsForAConnectionThatFailsIsTold) {
    one.peers[1] = {Peer::Manner::refuses, platform::StreamFault::connect_failed};
    bool replied = false;
    on_told = [&](const Told&) {
        if (!replied) send(9, Call::heartbeat);
        replied = true;
    };
    for (std::uint32_t id : {1U, 2U, 3U}) send(id, Call::heartbeat);
    calls.erase(1);
    link->on_time({clock.now_ms});
    while (resolver.turn()) continue;
    EXPECT_EQ(answered(), (Ids{1, 2, 3})) << "not 9, which was sent in reply";
    EXPECT_EQ(one.attempts.size(), 1U);
    one.peers.clear();
    cm = [](const std::string&) { return kAccepted; };
    settle();
    EXPECT_EQ(told.back().exchange, 9U);
    EXPECT_EQ(told.back().meaning, Meaning::granted);
}

TEST_F(LinkTest, ADescriptorThatCannotBeWatched) {
    poller.refuses = true;
    EXPECT_EQ(call(1, Call::heartbeat).reason, "not-watched");
    one.peers[1] = {Peer::Manner::accepts_at_once, {}};
    EXPECT_EQ(call(2, Call::heartbeat).reason, "not-watched");
    EXPECT_EQ(told.back().meaning, Meaning::unreachable);
    EXPECT_FALSE(one.is_open());
}

// --- somebody else speaks (hazards.md 6, 14) ---

TEST_F(LinkTest, WhatIsNotHttpIsNotCm) {
    const struct {
        const char* answer;
        const char* reason;
    } kRows[] = {
        {"SSH-2.0-OpenSSH_9.2\r\n", "not-http"},
        {"HTTP/1.1 202 x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
         "conflicting-framing"},
        {"HTTP/1.1 302 Found\r\nLocation: http://portal/\r\nContent-Length: 0\r\n\r\n", "redirect"},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nhtml",
         "content-type"},
    };
    for (const auto& row : kRows) {
        cm = [&](const std::string&) { return row.answer; };
        const Told told_last = call(1, Call::heartbeat);
        EXPECT_EQ(told_last.meaning, Meaning::not_cm);
        EXPECT_EQ(told_last.reason, row.reason);
        link->close();
    }
}

TEST_F(LinkTest, AnEndlessAnswerEnds) {
    const struct {
        const char* start;
        const char* more;
        Meaning meaning;
        const char* reason;
    } kRows[] = {
        {"HTTP/1.1 202 x\r\n", "A: b\r\n", Meaning::not_cm, "head-too-long"},
        {"HTTP/1.1 100 x\r\n\r\n", "HTTP/1.1 100 x\r\n\r\n", Meaning::not_cm, "too-many-interim"},
        {"HTTP/1.1 200 x\r\nContent-Type: application/json\r\n\r\n", "[[[[[[[[[[[[[[[[",
         Meaning::not_cm, "body-too-long"},
    };
    for (const auto& row : kRows) {
        told.clear();
        send(1, Call::running_streams);
        settle();
        one.answer = row.start;
        for (int i = 0; i < 100'000 && told.empty(); ++i) {
            one.answer += row.more;
            settle();
        }
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].meaning, row.meaning);
        EXPECT_EQ(told[0].reason, row.reason);
        EXPECT_FALSE(link->connected());
    }
}

// --- the line ---

TEST_F(LinkTest, WhatIsNoLongerWantedIsSkipped) {
    cm = [](const std::string&) { return kAccepted; };
    for (std::uint32_t id : {1U, 2U, 3U}) send(id, Call::heartbeat);
    calls.erase(1);
    calls.erase(3);
    settle();
    EXPECT_EQ(described, (Ids{1, 2, 3}));
    EXPECT_EQ(answered(), Ids{2});
    EXPECT_EQ(call(4, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(LinkTest, WhatIsCancelledWhileItWaitsIsNeverWritten) {
    for (std::uint32_t id : {1U, 2U, 3U}) send(id, Call::heartbeat);
    settle();
    link->cancel(2);
    link->cancel(77);
    cm = [](const std::string&) { return kAccepted; };
    settle();
    EXPECT_EQ(answered(), (Ids{1, 3}));
    EXPECT_EQ(described, (Ids{1, 3}));
}

TEST_F(LinkTest, WhatIsCancelledOnTheWireIsReadAndNotTold) {
    send(1, Call::running_streams);
    settle();
    link->cancel(1);
    send(2, Call::heartbeat);
    cm = [](const std::string&) { return kAccepted; };
    settle();
    EXPECT_EQ(answered(), Ids{2});
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(LinkTest, WhatIsSentInReplyFollowsOnTheSameConnection) {
    cm = [](const std::string&) { return kAccepted; };
    on_told = [&](const Told& each) {
        if (each.exchange < 5) send(each.exchange + 1, Call::heartbeat);
    };
    send(1, Call::heartbeat);
    settle();
    EXPECT_EQ(answered(), (Ids{1, 2, 3, 4, 5}));
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(LinkTest, TheLineHasAnEnd) {
    std::uint32_t sent = 0;
    while (link->send({++sent, false, 1'000})) ASSERT_LT(sent, 1'000U);
    EXPECT_GE(sent - 1, 40U) << "32 records and 8 queries of the core";
    for (std::uint32_t id = 1; id < sent; ++id) calls[id] = Call::heartbeat;
    cm = [](const std::string&) { return kAccepted; };
    settle();
    EXPECT_EQ(told.size(), sent - 1);
}

TEST_F(LinkTest, ACallBeyondTheLimitsIsInvalid) {
    settings.endpoint.base_path = "/v2";
    const std::string path(cm::kMaxRequest, 'p');
    settings.endpoint.base_path = path;
    const Told told_last = call(1, Call::start, true);
    EXPECT_EQ(told_last.meaning, Meaning::invalid);
    EXPECT_EQ(told_last.reason, "request-too-long");
}

TEST_F(LinkTest, ClosingForgetsEverything) {
    keep_one();
    send(1, Call::heartbeat);
    send(2, Call::heartbeat);
    settle();
    resolver.silent = true;
    send(3, Call::start, true);
    settle();
    ASSERT_EQ(resolver.asking.size(), 1U);
    link->close();
    EXPECT_FALSE(link->connected());
    EXPECT_TRUE(poller.watched.empty());
    EXPECT_TRUE(resolver.asking.empty());
    EXPECT_EQ(link->next_deadline(), core::kNever);
    pass(60'000);
    EXPECT_TRUE(told.empty());
}

}  // namespace
}  // namespace cmagent::daemon
