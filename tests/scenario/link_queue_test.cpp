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
