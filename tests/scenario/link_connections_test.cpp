// Connections to CM: kept, shared, and gone when they are needed.

#include <gtest/gtest.h>

#include "tests/call_name.h"
#include "tests/scenario/link_world.h"

namespace cmagent::link {
namespace {

using cm::Call;
using cm::Meaning;

TEST_F(LinkTest, AStartIsAskedAndAnswered) {
    std::string request;
    cm = [&](const std::string& text) {
        request = text;
        return kAccepted;
    };
    send(1, Call::start, true);
    EXPECT_TRUE(told.empty()) << "never from within send()";
    EXPECT_TRUE(described.empty());
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::granted);
    EXPECT_EQ(told[0].status, 202);
    EXPECT_EQ(request.substr(0, request.find('\r')), "POST /v2/sessions/idp/subject HTTP/1.1");
    EXPECT_EQ(one.host, "cm.example");
    EXPECT_EQ(resolver.asked, std::vector<std::string>{"cm.example:443"});
    EXPECT_EQ(link->counters().connections, 1U);
    EXPECT_EQ(link->counters().requests, 1U);
    EXPECT_EQ(link->counters().bytes_sent, request.size());
    EXPECT_EQ(link->counters().bytes_received, kAccepted.size());
    EXPECT_TRUE(connected());
}

TEST_F(LinkTest, ABodyReachesTheListener) {
    cm = [](const std::string&) {
        return response(409, "Content-Type: application/json\r\n", "{\"associatedAdvice\":[]}");
    };
    one.portion = 7;
    EXPECT_EQ(call(1, Call::start, true).body, "{\"associatedAdvice\":[]}");
}

// --- connections: kept, shared, a second one only when a call would have to wait ---

TEST_F(LinkTest, OneHourOfPlayTakesOneConnection) {
    cm.accepts();
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
    run_loop();
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
    run_loop();
    EXPECT_EQ(answered(), Ids{2});
}

TEST_F(LinkTest, NorDoesItWaitForAConnectionThatAnotherKindOpens) {
    one.peers[1] = {FakePeer::Manner::is_silent, {}};
    send(1, Call::heartbeat);
    run_loop();
    cm.accepts();
    send(2, Call::start, true);
    run_loop();
    EXPECT_EQ(answered(), Ids{2});
}

TEST_F(LinkTest, CallsOfOneKindTakeTurnsOnOneConnection) {
    for (std::uint32_t id = 1; id <= 8; ++id) send(id, Call::heartbeat);
    run_loop();
    EXPECT_EQ(described, Ids{1}) << "what is to be written is asked when it can be written";
    cm.accepts();
    run_loop();
    EXPECT_EQ(answered(), (Ids{1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(LinkTest, AKindHoldsOneConnectionEvenIfTwoAreOpen) {
    send(1, Call::heartbeat);
    send(2, Call::start, true);
    run_loop();
    ASSERT_EQ(link->counters().connections, 2U);
    cm.accepts();
    run_loop();
    ASSERT_EQ(told.size(), 2U);
    cm = [](const std::string&) { return ""; };
    send(3, Call::heartbeat);
    send(4, Call::heartbeat);
    run_loop();
    EXPECT_EQ(described.back(), 3U) << "4 waits, and leaves the other connection to viewers";
    cm = [](const std::string& request) {
        return request.find("/subject HTTP") != std::string::npos ? kAccepted : "";
    };
    send(5, Call::start, true);
    run_loop();
    EXPECT_EQ(told.back().exchange, 5U);
    EXPECT_EQ(link->counters().connections, 2U);
}

TEST_F(LinkTest, AnIdleConnectionServesEitherKind) {
    keep_one();
    cm.accepts();
    call(1, Call::start, true);
    call(2, Call::heartbeat);
    call(3, Call::running_streams, true);
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(LinkTest, AnOpenConnectionIsPreferredToANewOne) {
    send(1, Call::heartbeat);
    send(2, Call::start, true);
    run_loop();
    cm.accepts();
    run_loop();
    ASSERT_EQ(link->counters().connections, 2U);
    one.finish();
    run_loop();
    EXPECT_FALSE(one.is_open());
    call(3, Call::heartbeat);
    call(4, Call::start, true);
    EXPECT_EQ(link->counters().connections, 2U);
}

TEST_F(LinkTest, IsClosedAfterTwoMinutesWithoutUse) {
    keep_one();
    pass(kIdleTimeout - 1);
    EXPECT_TRUE(connected());
    pass(1);
    EXPECT_FALSE(connected());
    EXPECT_FALSE(one.is_open());
    EXPECT_EQ(link->next_deadline(), kNever);
    cm.accepts();
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 2U);
}

TEST_F(LinkTest, TheEndOfAnIdleConnectionIsSeenAtOnce) {
    for (const bool in_good_order : {true, false}) {
        keep_one();
        in_good_order ? one.finish() : one.cut();
        run_loop();
        EXPECT_FALSE(connected());
        EXPECT_EQ(poller.watched(), 0U);
    }
    EXPECT_EQ(link->counters().repetitions, 0U);
}

TEST_F(LinkTest, RecordsOfTlsItselfDoNotEndAnIdleConnection) {
    keep_one();
    one.crosses = true;
    one.set_room(0);
    one.stir();
    run_loop();
    EXPECT_TRUE(connected());
    one.set_room(1000);
    run_loop();
    cm.accepts();
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(LinkTest, BytesThatNobodyAskedForEndTheConnection) {
    keep_one();
    one.send("HTTP/1.1 408 Request Timeout\r\n\r\n");
    run_loop();
    EXPECT_FALSE(connected());
    EXPECT_TRUE(told.empty());
}

TEST_F(LinkTest, BytesBehindAnAnswerEndTheConnection) {
    cm = [](const std::string&) { return kAccepted + "HTTP/1.1 200 OK\r\n"; };
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_FALSE(connected());
}

TEST_F(LinkTest, ConnectionCloseIsHonoured) {
    cm = [](const std::string&) { return response(202, "Connection: close\r\n"); };
    EXPECT_EQ(call(1, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_FALSE(connected());
    EXPECT_EQ(call(2, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 2U);
}

TEST_F(LinkTest, ABodyUntilTheEndIsComplete) {
    send(1, Call::metadata);
    run_loop();
    one.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[\"channel\"]");
    one.finish();
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::listed);
    EXPECT_EQ(told[0].body, "[\"channel\"]");
}

TEST_F(LinkTest, ButNotWhenTheConnectionBreaks) {
    send(1, Call::metadata);
    run_loop();
    one.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[]");
    run_loop();
    one.cut();
    run_loop();
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
        run_loop();
        one.finish();  // the request is written, no byte of an answer has come
        run_loop();
        EXPECT_TRUE(told.empty());
        EXPECT_EQ(link->counters().connections, before.connections + 1);
        EXPECT_EQ(link->counters().repetitions, before.repetitions + 1);
        EXPECT_EQ(described, Ids{1}) << "it is the same request";
        one.cut();
        run_loop();
        ASSERT_EQ(told.size(), 1U) << cm::call_name(kind);
        EXPECT_EQ(told[0].meaning, Meaning::unreachable);
        EXPECT_EQ(told[0].reason, "closed");
        EXPECT_EQ(link->counters().repetitions, before.repetitions + 1) << "once";
    }
}

TEST_F(LinkTest, ARepetitionIsAnsweredAsIfNothingHadBeen) {
    keep_one();
    send(1, Call::heartbeat);
    run_loop();
    one.cut();
    cm.accepts();
    static_cast<void>(one.take_received());
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::granted);
}

TEST_F(LinkTest, AStartThatWentOutIsNeverRepeated) {
    keep_one();
    send(1, Call::start, true);
    run_loop();
    one.finish();
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unclear);
    EXPECT_EQ(link->counters().repetitions, 0U);
    EXPECT_EQ(link->counters().requests, 2U);
}

TEST_F(LinkTest, AStartOfWhichNothingWentOutIsSafeToRepeat) {
    keep_one();
    one.fail_writes();
    cm.accepts();
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().repetitions, 1U);
}

TEST_F(LinkTest, AnEndThatWasNotTakenInYetIsSeenBeforeAStartIsWritten) {
    keep_one();
    send(1, Call::start, true);
    one.finish();  // in the same turn of the loop
    cm.accepts();
    link->on_time(now());
    EXPECT_TRUE(one.received().empty());
    run_loop();
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
        run_loop();
        one.finish();
        run_loop();
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].meaning, row.meaning);
        EXPECT_EQ(told[0].reason, "closed");
    }
    EXPECT_EQ(link->counters().repetitions, 0U);
}

// Its like was lost, perhaps with a connection that looks alive until it is written to.
TEST_F(LinkTest, Hazard32AStartThatWantsAFreshConnectionTakesNoKeptOne) {
    fresh = {1, 2};
    cm.accepts();
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 1U) << "a new one is fresh";
    EXPECT_EQ(call(2, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 2U);
    EXPECT_EQ(link->counters().requests, 2U);
    EXPECT_EQ(call(3, Call::heartbeat).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 2U) << "which is kept for others";
}

TEST_F(LinkTest, Hazard32AFreshConnectionThatCannotBeOpenedSaysThatNothingWentOut) {
    keep_one();
    fresh = {1};
    one.peers[1] = {FakePeer::Manner::refuses_later, platform::StreamFault::connect_failed};
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::unreachable);
    EXPECT_EQ(link->counters().requests, 1U);
}

// The layer that failed says nothing about what CM has done.
TEST_F(LinkTest, Hazard32AnAlertInsteadOfTheAnswerLeavesAStartOpen) {
    const struct {
        Call call;
        Meaning meaning;
    } kRows[] = {{Call::start, Meaning::unclear},
                 {Call::heartbeat, Meaning::insecure},
                 {Call::end, Meaning::insecure},
                 {Call::metadata, Meaning::insecure},
                 {Call::running_streams, Meaning::insecure}};
    for (const auto& row : kRows) {
        told.clear();
        send(1, row.call, true);
        run_loop();
        one.cut(platform::StreamFault::tls_broken);
        run_loop();
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].meaning, row.meaning);
        EXPECT_EQ(told[0].reason, "tls-broken");
        EXPECT_EQ(told[0].blame, cm::Blame::service) << "CM's side is verified";
        if (row.call == Call::start) {
            EXPECT_EQ(told[0].otherwise, Meaning::insecure);
        }
    }
}

TEST_F(LinkTest, Hazard32AnAlertOnAKeptConnectionIsADeadConnection) {
    for (Call kind : {Call::heartbeat, Call::end, Call::running_streams, Call::metadata}) {
        keep_one();
        send(1, kind);
        run_loop();
        one.cut(platform::StreamFault::tls_broken);
        const Cm before = cm;
        static_cast<void>(one.take_received());
        cm = [&](const std::string&) { return response(202, "", ""); };
        run_loop();
        cm = before;
        ASSERT_EQ(told.size(), 1U) << cm::call_name(kind);
        EXPECT_NE(told[0].meaning, Meaning::insecure);
        link->close();
    }
    EXPECT_EQ(link->counters().repetitions, 4U);
}

// An idle connection that ends so is closed at once: the next call meets a new one.
TEST_F(LinkTest, Hazard32AnAlertOnAnIdleConnectionEndsIt) {
    keep_one();
    one.cut(platform::StreamFault::tls_broken);
    run_loop();
    EXPECT_FALSE(connected());
    cm.accepts();
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::granted);
}

TEST_F(LinkTest, AnAnswerThatBreaksOffIsNotRepeated) {
    keep_one();
    send(1, Call::heartbeat);
    run_loop();
    one.send("HTTP/1.1 2");
    run_loop();
    one.finish();
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "truncated");
    EXPECT_FALSE(connected());
}

}  // namespace
}  // namespace cmagent::link
