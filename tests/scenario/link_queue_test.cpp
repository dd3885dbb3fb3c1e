// The queue of calls that wait: skipped, cancelled, followed, forgotten.

#include <gtest/gtest.h>

#include "tests/scenario/link_world.h"

namespace cmagent::link {
namespace {

using cm::Call;
using cm::Meaning;

TEST_F(LinkTest, WhatIsNoLongerWantedIsSkipped) {
    cm.accepts();
    for (std::uint32_t id : {1U, 2U, 3U}) send(id, Call::heartbeat);
    calls.erase(1);
    calls.erase(3);
    run_loop();
    EXPECT_EQ(described, (Ids{1, 2, 3}));
    EXPECT_EQ(answered(), Ids{2});
    EXPECT_EQ(call(4, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(LinkTest, WhatIsCancelledWhileItWaitsIsNeverWritten) {
    for (std::uint32_t id : {1U, 2U, 3U}) send(id, Call::heartbeat);
    run_loop();
    link->cancel(2);
    link->cancel(77);
    cm.accepts();
    run_loop();
    EXPECT_EQ(answered(), (Ids{1, 3}));
    EXPECT_EQ(described, (Ids{1, 3}));
}

TEST_F(LinkTest, WhatIsCancelledOnTheWireIsReadAndNotTold) {
    send(1, Call::running_streams);
    run_loop();
    link->cancel(1);
    send(2, Call::heartbeat);
    cm.accepts();
    run_loop();
    EXPECT_EQ(answered(), Ids{2});
    EXPECT_EQ(link->counters().connections, 1U);
}

// --- our own line ---

TEST_F(LinkTest, WhatAViewerWaitsForIsBusyAfterFiveSecondsInLine) {
    for (std::uint32_t id : {1U, 2U, 3U}) send(id, Call::start, true);  // CM is silent
    const std::int64_t then = clock.boot_ms();
    pass(4'999);
    EXPECT_TRUE(told.empty());
    pass(1);
    EXPECT_EQ(answered(), (Ids{2, 3}));
    for (const Told& each : told) {
        EXPECT_EQ(each.meaning, Meaning::busy) << "which says nothing about CM";
        EXPECT_EQ(each.reason, "waited-in-line");
        EXPECT_EQ(each.blame, cm::Blame::none);
        EXPECT_EQ(each.at_ms, then + 5'000);
    }
    EXPECT_EQ(described, Ids{1}) << "nothing of them was sent";
    cm.accepts();
    run_loop();
    EXPECT_EQ(answered(), (Ids{2, 3, 1}));
}

TEST_F(LinkTest, AnAllowanceThatIsShorterCounts) {
    send(1, Call::start, true);
    send(2, Call::start, true, 3'000);
    pass(3'000);
    EXPECT_EQ(answered(), Ids{2});
    EXPECT_EQ(told[0].meaning, Meaning::busy);
}

TEST_F(LinkTest, WaitingForAConnectionIsNotWaitingInLine) {
    settings.connect_timeout = 8'000;
    one.peers[1] = {FakePeer::Manner::is_silent, {}};
    send(1, Call::start, true);
    send(2, Call::start, true);
    send(3, Call::start, true, 6'000);
    pass(7'999);
    EXPECT_EQ(answered(), Ids{3});
    EXPECT_EQ(told[0].reason, "timed-out");
    pass(1);
    EXPECT_EQ(answered(), (Ids{3, 1, 2}));
    for (const Told& each : told) EXPECT_EQ(each.meaning, Meaning::unreachable);
}

TEST_F(LinkTest, QuestionsGoBehindStarts) {
    std::uint32_t id = 0;
    const auto ask = [&](bool question) {
        calls[++id] = question ? Call::running_streams : Call::start;
        ASSERT_TRUE(link->send({id, true, 15'000, question}));
    };
    for (const bool question : {true, true, true, false, false}) ask(question);
    run_loop();
    cm.accepts();
    run_loop();
    EXPECT_EQ(described, (Ids{4, 5, 1, 2, 3}));
}

// One who asks for much leaves the others their turns.
TEST_F(LinkTest, CallersTakeTurns) {
    std::uint32_t id = 0;
    const auto ask = [&](std::uint64_t caller, bool question = false) {
        calls[++id] = question ? Call::running_streams : Call::start;
        ASSERT_TRUE(link->send({id, true, 15'000, question, caller}));
    };
    for (int i = 0; i < 4; ++i) ask(7);        // 1 to 4
    for (int i = 0; i < 2; ++i) ask(8, true);  // 5, 6
    for (int i = 0; i < 3; ++i) ask(8);        // 7 to 9
    ask(9);                                    // 10
    ask(9, true);                              // 11
    run_loop();
    ask(9);  // 12: its second
    cm.accepts();
    run_loop();
    EXPECT_EQ(described, (Ids{1, 7, 10, 2, 8, 12, 3, 9, 4, 5, 11, 6}));
}

TEST_F(LinkTest, WhatIsTakenBackInLineIsOver) {
    for (std::uint32_t id : {1U, 2U, 3U}) send(id, Call::start, true);
    run_loop();
    link->take_back(2);
    link->take_back(77);
    EXPECT_TRUE(told.empty()) << "never from within take_back()";
    EXPECT_EQ(link->next_deadline(), Time{});
    run_loop();
    EXPECT_EQ(answered(), Ids{2});
    EXPECT_EQ(told[0].meaning, Meaning::busy);
    cm.accepts();
    run_loop();
    EXPECT_EQ(answered(), (Ids{2, 1, 3}));
    EXPECT_EQ(described, (Ids{1, 3}));
}

TEST_F(LinkTest, WhatIsTakenBackWhileItsConnectionOpensLeavesItToTheNext) {
    one.peers[1] = {FakePeer::Manner::is_silent, {}};
    send(1, Call::start, true);
    run_loop();
    link->take_back(1);
    run_loop();
    EXPECT_EQ(answered(), Ids{1});
    EXPECT_EQ(told[0].meaning, Meaning::busy) << "and not «unreachable»: nobody knows yet";
    EXPECT_EQ(link->counters().failures, 0U);
}

TEST_F(LinkTest, WhatIsTakenBackWhileAKeptConnectionIsOpenedAnewGivesItsPlaceToTheNext) {
    keep_one();
    one.peers[1] = {FakePeer::Manner::is_silent, {}};
    one.fail_writes();
    send(1, Call::start, true);
    run_loop();
    ASSERT_EQ(described, Ids{1});
    ASSERT_FALSE(one.is_open());
    send(2, Call::start, true);
    link->take_back(1);
    one.peers.clear();
    cm.accepts();
    run_loop();
    EXPECT_EQ(answered(), (Ids{1, 2}));
    EXPECT_EQ(told[0].meaning, Meaning::busy);
    EXPECT_EQ(told[1].meaning, Meaning::granted);
    EXPECT_EQ(described, (Ids{1, 2}));
}

TEST_F(LinkTest, WhatIsTakenBackOnTheWireIsReadToItsEnd) {
    write_ten_bytes_of_a_start();
    link->take_back(1);
    one.set_room(10'000);
    cm.accepts();
    run_loop();
    EXPECT_EQ(answered(), Ids{1});
    EXPECT_EQ(told[0].meaning, Meaning::granted) << "CM may have taken it";
}

TEST_F(LinkTest, WhatIsSentInReplyFollowsOnTheSameConnection) {
    cm.accepts();
    on_told = [&](const Told& each) {
        if (each.exchange < 5) send(each.exchange + 1, Call::heartbeat);
    };
    send(1, Call::heartbeat);
    run_loop();
    EXPECT_EQ(answered(), (Ids{1, 2, 3, 4, 5}));
    EXPECT_EQ(link->counters().connections, 1U);
}

TEST_F(LinkTest, TheQueueHasAnEnd) {
    std::uint32_t sent = 0;
    while (link->send({++sent, false, 1'000})) ASSERT_LT(sent, 1'000U);
    EXPECT_GE(sent - 1, 40U) << "32 records and 8 queries of the core";
    for (std::uint32_t id = 1; id < sent; ++id) calls[id] = Call::heartbeat;
    cm.accepts();
    run_loop();
    EXPECT_EQ(told.size(), sent - 1);
}

TEST_F(LinkTest, ACallBeyondTheLimitsIsInvalid) {
    const std::string path(cm::kMaxRequest, 'p');
    settings.endpoint.base_path = path;
    const Told told_last = call(1, Call::start, true);
    EXPECT_EQ(told_last.meaning, Meaning::invalid);
    EXPECT_EQ(told_last.reason, "request-not-written");
}

TEST_F(LinkTest, ClosingForgetsEverything) {
    keep_one();
    send(1, Call::heartbeat);
    send(2, Call::heartbeat);
    run_loop();
    resolver.silent = true;
    send(3, Call::start, true);
    run_loop();
    ASSERT_EQ(resolver.open_questions(), 1U);
    link->close();
    EXPECT_FALSE(connected());
    EXPECT_EQ(poller.watched(), 0U);
    EXPECT_EQ(resolver.open_questions(), 0U);
    EXPECT_EQ(link->next_deadline(), kNever);
    pass(60'000);
    EXPECT_TRUE(told.empty());
}

}  // namespace
}  // namespace cmagent::link
