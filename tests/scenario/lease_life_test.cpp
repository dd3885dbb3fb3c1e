// The life of a lease: reckoned from CM's fields, and learnt where they say too much.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

// A CM whose leases last for `lasts`, behind a proxy that makes `told` of it; and a household that
// watches one stream after the other.
struct Proxied {
    Proxied(int lasts, int told) : lease(lasts * kSecond), fields(told) {}

    void start(const StartOptions& options = {}) {
        const Ticket ticket = world.start(options);
        grant(world.next(cm::Call::start));
        id = world.outcome(ticket).session;
    }
    void grant(const Call& call) {
        world.answer(call, granted("cm-" + std::to_string(++sessions), fields));
        heard_at = world.now;
    }
    void watch(Millis span) {
        const Time end = world.now + span;
        while (world.now < end && !testing::Test::HasFailure()) {
            const cm::Call due = world.first_due();
            const Call call = world.next(due);
            if (due == cm::Call::start) {
                grant(call);
            } else if (due == cm::Call::heartbeat && world.now - heard_at < lease) {
                world.answer(call, accepted(fields));
                heard_at = world.now;
            } else if (due == cm::Call::heartbeat) {
                ++lapsed;
                world.answer(call, response(410));
            } else {
                world.answer(call, no_streams());
            }
            ASSERT_TRUE(world.session(id).on_screen()) << "the picture is off";
        }
    }

    World world;
    std::string id;
    Millis lease;
    int fields;
    int sessions = 0;
    int lapsed = 0;
    Time heard_at{};
};

TEST(LeaseLife, Hazard35DateThatAProxyRewritesCostsAFewSessionsAndThenNone) {
    const struct {
        int lasts;
        int told;
        int lapse_at_most;
    } kRows[] = {
        {60, 60, 0},        {60, 90, 1},   {60, 120, 1}, {60, 900, 1}, {60, 66, 0},
        {60, 1'000'000, 1}, {90, 900, 1},  {90, 120, 1}, {60, -30, 0}, {60, 0, 0},
        {60, 5, 0},         {45, 60, 1},   {30, 60, 1},  {30, 900, 1}, {45, -30, 1},
        {30, -1'000, 1},    {120, 150, 1}, {12, 24, 1},  {20, 45, 1},
    };
    for (const auto& row : kRows) {
        Proxied cm(row.lasts, row.told);
        cm.start();
        cm.watch(kMinute * 60);
        EXPECT_LE(cm.lapsed, row.lapse_at_most) << row.lasts << " told as " << row.told;
        const int before = cm.lapsed;
        cm.watch(kMinute * 60 * 12);
        EXPECT_EQ(cm.lapsed, before) << row.lasts << " told as " << row.told;
        EXPECT_EQ(cm.world.session(cm.id).state(), State::active);
    }
}

TEST(LeaseLife, Hazard35WhatWasLearntIsTheApplicationsNextSessionsToo) {
    Proxied cm(60, 900);
    cm.start();
    cm.watch(20 * kMinute);
    ASSERT_EQ(cm.lapsed, 1);
    for (int i = 0; i < 5; ++i) {
        cm.world.stopped(cm.id);
        cm.world.answer(cm.world.next(cm::Call::end), accepted(60));
        cm.start();
        cm.watch(20 * kMinute);
    }
    EXPECT_EQ(cm.lapsed, 1);
    cm.world.stopped(cm.id);
    cm.world.answer(cm.world.next(cm::Call::end), accepted(60));
    StartOptions another;
    another.application = 1;
    cm.start(another);
    cm.watch(20 * kMinute);
    EXPECT_EQ(cm.lapsed, 2) << "what CM keeps for one application it may not keep for another";
}

TEST(LeaseLife, Hazard35ACrashAndARebootForgetNothing) {
    Proxied cm(60, 900);
    cm.start();
    cm.watch(20 * kMinute);
    ASSERT_EQ(cm.lapsed, 1);
    cm.world.crash();
    cm.watch(20 * kMinute);
    EXPECT_EQ(cm.lapsed, 1) << "a crash";
    cm.world.wall_clock += 20 * kMinute;
    cm.world.reboot();
    cm.world.answer(cm.world.next(cm::Call::end), accepted(60));
    cm.start();
    cm.watch(20 * kMinute);
    EXPECT_EQ(cm.lapsed, 1) << "a reboot";
}

TEST(LeaseLife, IsLearntAnewAfterADay) {
    Proxied cm(60, 900);
    cm.start();
    cm.watch(3 * 24 * 60 * kMinute);
    EXPECT_GE(cm.lapsed, 3);
    EXPECT_LE(cm.lapsed, 4) << "the proxy may be gone";
}

TEST(LeaseLife, WhatCmSaysShorterCounts) {
    Proxied cm(60, 900);
    cm.start();
    cm.watch(20 * kMinute);
    cm.fields = 20;
    cm.watch(kMinute);
    const Time granted_at = cm.world.now;
    (void)cm.world.next(cm::Call::heartbeat);
    EXPECT_LE(cm.world.now - granted_at, 17'510);
}

// The box was carried to another network, or CM has changed its policy: the first session is taken
// for forgotten, the next one teaches.
TEST(LeaseLife, ThatBecomesShorterIsLearntTheSecondTime) {
    Proxied cm(60, 60);
    cm.start();
    cm.watch(60 * kMinute);
    ASSERT_EQ(cm.lapsed, 0);
    cm.world.answer(cm.world.next(cm::Call::heartbeat), response(410));
    cm.grant(cm.world.next(cm::Call::start));
    cm.world.answer(cm.world.next(cm::Call::heartbeat), response(410));
    EXPECT_EQ(cm.world.session(cm.id).progress.end_reason, core::EndReason::denied);
    cm.lease = 30 * kSecond;
    cm.start();
    cm.watch(12 * 60 * kMinute);
    EXPECT_EQ(cm.lapsed, 0);
}

TEST(LeaseLife, SessionsThatWerePlannedByTheSameFieldsAreAskedAboutAtOnce) {
    World world;
    StartOptions of_another;
    of_another.application = 1;
    (void)world.playing(of_another, 900);
    for (int i = 0; i < 3; ++i) (void)world.playing({}, 900);
    world.advance(60 * kSecond);
    (void)world.playing({}, 70);
    world.answer(world.next(cm::Call::heartbeat), response(410));
    const Time learnt_at = world.now;
    world.answer(world.next(cm::Call::start), granted("cm-9", 70));
    for (int i = 0; i < 3; ++i) world.answer(world.next(cm::Call::heartbeat), accepted(900));
    EXPECT_EQ(world.now, learnt_at);
    EXPECT_EQ(world.in_flight(), 0u) << "another application's is another matter";
    world.answer_all(accepted(900), kMinute);
    EXPECT_EQ(world.count("session-ended"), 0u);
}

// CM has been restarted, or has displaced it and the 409 was lost: its leases are what they were.
TEST(LeaseLife, AnEndThatIsNotTheLeasesTeachesNothing) {
    World world;
    const std::string id = world.playing({}, 60);
    for (int i = 0; i < 10; ++i) world.answer(world.next(cm::Call::heartbeat), accepted(60));
    const Call late = world.next(cm::Call::heartbeat);
    world.answer(late, response(410));  // CM has forgotten all
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    for (int i = 0; i < 10; ++i) world.answer(world.next(cm::Call::heartbeat), accepted(60));
    world.answer(world.next(cm::Call::heartbeat), lost());  // it was a 409
    world.answer(world.next(cm::Call::heartbeat), response(410));
    world.answer(world.next(cm::Call::start), granted("cm-3", 60));
    EXPECT_FALSE(world.core().ledgers().patience[0].holds(world.now));
}

TEST(LeaseLife, ASessionThatCmEndsAtOnceTeachesNothing) {
    World world;
    const std::string id = world.playing({}, 10);
    world.answer(world.next(cm::Call::heartbeat), response(410));
    world.answer(world.next(cm::Call::start), granted("cm-2", 10));
    EXPECT_FALSE(world.core().ledgers().patience[0].holds(world.now));
    world.answer(world.next(cm::Call::heartbeat), response(410));
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::denied)
        << "two boxes must not displace each other in turns";
}

// What a slow network has added is no time for which CM has kept a session.
TEST(LeaseLife, AnAnswerThatWasLongOnItsWayProvesNothing) {
    World world;
    (void)world.playing({}, 60);
    const Call slow = world.next(cm::Call::heartbeat);
    world.advance(12 * kSecond);
    world.answer(slow, accepted(70));
    world.answer(world.next(cm::Call::heartbeat), response(410));
    EXPECT_TRUE(world.core().ledgers().patience[0].holds(world.now));
}

// --- where the life begins ---

// CM counts from when it has granted, not from when the answer has come.
TEST(LeaseLife, CountsFromTheQuestion) {
    for (const Millis slow : {100, 5'000, 12'000}) {
        World world;
        world.playing({}, 60);
        const Call call = world.next(cm::Call::heartbeat);
        world.advance(slow);
        world.answer(call, accepted(60));
        (void)world.next(cm::Call::heartbeat);
        EXPECT_LE(world.now - call.at, 52'530) << slow;
        EXPECT_GE(world.now - call.at, 49'470) << slow;
    }
}

TEST(LeaseLife, AnswerThatTookLongerThanAQuarterOfItIsNoHotLoop) {
    World world;
    world.playing({}, 1);
    const Call call = world.next(cm::Call::heartbeat);
    world.advance(900);
    world.answer(call, accepted(1));
    const Time answered_at = world.now;
    (void)world.next(cm::Call::heartbeat);
    EXPECT_GE(world.now - answered_at, 200);
}

}  // namespace
}  // namespace cmagent::scenario
