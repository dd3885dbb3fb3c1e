// One exchange: written as the network takes it, bounded in time, answered by CM or by another
// host.

#include <gtest/gtest.h>

#include "tests/scenario/link_world.h"

namespace cmagent::link {
namespace {

using cm::Call;
using cm::Meaning;

// --- writing ---

TEST_F(LinkTest, ARequestIsWrittenAsTheNetworkTakesIt) {
    write_ten_bytes_of_a_start();
    EXPECT_EQ(one.received().size(), 10U);
    one.set_room(25);
    run_loop();
    EXPECT_EQ(one.received().size(), 35U);
    one.set_room(1000);
    cm.accepts();
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::granted);
    EXPECT_TRUE(connected());
}

// RFC 9112 §9.5: a server may answer before it has read everything.
TEST_F(LinkTest, AnAnswerToHalfARequestCountsAndEndsTheConnection) {
    write_ten_bytes_of_a_start();
    one.send(response(429));
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::throttled);
    EXPECT_FALSE(connected());
}

TEST_F(LinkTest, AnAnswerIsReadAlthoughWritingFailed) {
    write_ten_bytes_of_a_start();
    one.send(response(401));
    one.fail_writes();
    one.set_room(1000);
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unauthorized);
}

TEST_F(LinkTest, AStartOfWhichAPartWentOutIsUnclear) {
    write_ten_bytes_of_a_start();
    one.fail_writes();
    one.set_room(1000);
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unclear);
}

// As in the middle of a change of keys in TLS.
TEST_F(LinkTest, AStreamMayWaitForTheOtherDirection) {
    one.crosses = true;
    write_ten_bytes_of_a_start();
    EXPECT_EQ(one.received().size(), 10U);
    one.set_room(1000);
    cm.accepts();
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::granted);
}

TEST_F(LinkTest, ReadingMayWaitForRoomToWrite) {
    std::size_t size = 0;
    cm = [&size](const std::string& request) {
        size = request.size();
        return kAccepted;
    };
    call(1, Call::start, true);
    cm = [](const std::string&) { return ""; };
    one.crosses = true;
    one.set_room(size);
    send(2, Call::start, true);
    run_loop();
    EXPECT_EQ(one.received().size(), size) << "the request is written";
    one.set_room(1000);
    cm.accepts();
    run_loop();
    EXPECT_EQ(answered(), (Ids{1, 2}));
    EXPECT_EQ(told[1].meaning, Meaning::granted);
}

// --- deadlines (hazards.md 12 to 14, 17) ---

TEST_F(LinkTest, Hazard17SilenceIsGivenUpAfterTheRequestsTime) {
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
        EXPECT_FALSE(connected());
    }
}

TEST_F(LinkTest, AStartOfWhichNothingWentOutIsNotUnclear) {
    keep_one();
    one.set_room(0);
    send(1, Call::start, true);
    pass(settings.request_timeout);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "timed-out");
}

TEST_F(LinkTest, AHeartbeatBringsItsOwnAllowance) {
    send(1, Call::heartbeat, false, 1'000);
    pass(999);
    EXPECT_TRUE(told.empty());
    pass(1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
}

TEST_F(LinkTest, Hazard14ASlowDripDoesNotMoveTheDeadline) {
    const std::string answer = response(202, "X-Filler: " + std::string(1'000, 'x') + "\r\n");
    send(1, Call::start, true);
    run_loop();
    const std::int64_t begun = clock.boot_ms();
    for (char byte : answer) {
        one.send({&byte, 1});
        pass(100);
        if (!told.empty()) break;
    }
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unclear);
    EXPECT_EQ(told[0].at_ms - begun, settings.request_timeout);
}

TEST_F(LinkTest, ARefusalWhoseBodyDripsStillCounts) {
    send(1, Call::heartbeat);
    run_loop();
    one.send("HTTP/1.1 409 x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{");
    pass(settings.request_timeout);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::conflict);
    EXPECT_EQ(told[0].body, "");
    EXPECT_FALSE(connected());
}

TEST_F(LinkTest, WaitingInTheQueueTakesFromTheAllowance) {
    send(1, Call::heartbeat, false, 9'000);
    send(2, Call::heartbeat, false, 3'000);
    pass(3'000);
    EXPECT_EQ(answered(), Ids{2});
    EXPECT_EQ(told[0].meaning, Meaning::busy);
    EXPECT_EQ(told[0].reason, "waited-in-line");
    EXPECT_EQ(described, Ids{1});
    pass(6'000);
    EXPECT_EQ(answered(), (Ids{2, 1}));
}

TEST_F(LinkTest, TheTimeOfAConnectionIsBounded) {
    one.peers[1] = {FakePeer::Manner::is_silent, {}};
    send(1, Call::start, true);
    pass(settings.connect_timeout - 1);
    EXPECT_TRUE(told.empty());
    pass(1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "connect-timed-out");
    EXPECT_EQ(poller.watched(), 0U);
    EXPECT_EQ(link->counters().failures, 1U);
    EXPECT_EQ(link->next_deadline(), kNever) << "nothing is retried: back-off is the core's";
}

TEST_F(LinkTest, ARepetitionHasNoMoreTimeThanTheCall) {
    keep_one();
    send(1, Call::heartbeat, false, 4'000);
    pass(1'000);
    one.peers[1] = {FakePeer::Manner::is_silent, {}};
    one.finish();
    pass(2'999);
    EXPECT_TRUE(told.empty());
    pass(1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
    EXPECT_EQ(told[0].reason, "timed-out");
    EXPECT_FALSE(connected());
}

TEST_F(LinkTest, AfterStandbyEverythingIsOverAtOnce) {
    send(1, Call::heartbeat);
    send(2, Call::heartbeat);
    run_loop();
    clock.advance(8 * 3'600'000);
    run_loop();
    EXPECT_EQ(answered(), (Ids{1, 2}));
}

// --- another host speaks (hazards.md 6, 14) ---

TEST_F(LinkTest, WhatIsNotHttpIsNotCm) {
    const struct {
        const char* answer;
        const char* reason;
    } kRows[] = {
        {"SSH-2.0-OpenSSH_9.2\r\n", "not-http"},
        {"HTTP/1.1 400 x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
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

TEST_F(LinkTest, AGatewaysPageOverTlsRefusesInCmsName) {
    cm = [](const std::string&) {
        return "HTTP/1.1 401 x\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nhtml";
    };
    EXPECT_EQ(call(1, Call::start).meaning,
              settings.endpoint.tls ? Meaning::unauthorized : Meaning::not_cm);
    link->close();
    settings.endpoint.tls = !settings.endpoint.tls;
    EXPECT_EQ(call(2, Call::start).meaning,
              settings.endpoint.tls ? Meaning::unauthorized : Meaning::not_cm);
}

TEST_F(LinkTest, Hazard14AnEndlessAnswerEnds) {
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
        run_loop();
        one.send(row.start);
        for (int i = 0; i < 100'000 && told.empty(); ++i) {
            one.send(row.more);
            run_loop();
        }
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].meaning, row.meaning);
        EXPECT_EQ(told[0].reason, row.reason);
        EXPECT_FALSE(connected());
    }
}

}  // namespace
// Everything else of the box has its turn between two portions.
TEST_F(LinkTest, AnAnswerInManyPortionsIsReadOverSeveralTurns) {
    keep_one();
    one.portion = 10;
    send(1, Call::heartbeat);
    link->on_time(now());
    one.send("HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, ' '));
    ASSERT_TRUE(poller.turn());
    EXPECT_TRUE(told.empty());
    EXPECT_LE(link->next_deadline(), now());
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.back().meaning, Meaning::granted);
    EXPECT_LT(now(), link->next_deadline());
}

TEST_F(LinkTest, AnAnswerWithoutEndEndsAtItsDeadline) {
    keep_one();
    one.portion = 10;
    send(1, Call::heartbeat);
    link->on_time(now());
    one.send("HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\n" + std::string(500, ' '));
    ASSERT_TRUE(poller.turn());
    clock.advance(settings.request_timeout);
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.back().meaning, Meaning::granted) << "CM has said so";
    EXPECT_FALSE(connected());
    EXPECT_LT(now(), link->next_deadline()) << "nothing is left of it";
}

}  // namespace cmagent::link
