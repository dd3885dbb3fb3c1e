// Zapping: a start that replaces a session.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

TEST(Zap, NewOneWaitsUntilCmKnowsOfTheOldOnesEnd) {
    World world;
    const std::string old = world.playing();
    const Ticket ticket = world.start(instead_of(old));
    EXPECT_EQ(world.end_of(old), "user/untouched");
    const Call end = world.next(cm::Call::end);
    EXPECT_TRUE(end.urgent) << "a viewer waits for it";
    EXPECT_EQ(world.in_flight(), 0u);
    world.answer(end, response(202));
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
}

TEST(Zap, DoesNotWaitForACmThatCannotBeTold) {
    for (const Reply& reply : {unreachable(), lost(), response(429)}) {
        World world;
        const Ticket ticket = world.start(instead_of(world.playing()));
        world.answer(world.next(cm::Call::end), reply);
        const Time then = world.now;
        world.answer(world.next(cm::Call::start), granted("cm-2", 60));
        EXPECT_EQ(world.now, then);
        EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    }
}

TEST(Zap, FromASessionWhosePlaceTheNewOneNeedsStartsAtOnce) {
    World world;
    std::string oldest;
    for (std::size_t i = 0; i <= core::kKeptEnded; ++i) {
        const std::string id = world.playing();
        world.release(id);
        world.answer(world.next(cm::Call::end), response(202));
        if (i == 0) oldest = id;
    }
    const Ticket ticket = world.start(instead_of(oldest));
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.core().ledgers().sessions.find(oldest), nullptr);
}

TEST(Zap, Hazard29OnlyTheLastOfTenIsStartedAtCm) {
    World world;
    std::string on_screen = world.playing();
    std::vector<Ticket> tickets;
    const std::size_t before = world.sent;
    for (int i = 0; i < 10; ++i) tickets.push_back(world.start(instead_of(on_screen)));
    world.answer(world.next(cm::Call::end), response(202));
    world.answer(world.next(cm::Call::start), granted("cm-last", 60));
    EXPECT_EQ(world.sent - before, 2u) << "one DELETE, one start";
    for (std::size_t i = 0; i < 9; ++i) {
        EXPECT_EQ(world.outcome(tickets[i]).kind, Outcome::refused);
        EXPECT_EQ(world.outcome(tickets[i]).refusal, Refusal::replaced);
    }
    ASSERT_EQ(world.outcome(tickets[9]).kind, Outcome::started);
    world.release(world.outcome(tickets[9]).session);
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(world.core().idle()) << "no slot leaked";
}

TEST(Zap, Hazard29StartThatIsOutAlreadyIsGivenBack) {
    World world;
    const std::string first = world.playing();
    const Ticket second = world.start(instead_of(first));
    world.answer(world.next(cm::Call::end), response(202));
    const Call out = world.next(cm::Call::start);
    const Ticket third = world.start(instead_of(first));
    EXPECT_EQ(world.outcome(second).refusal, Refusal::replaced);
    EXPECT_EQ(world.in_flight(), 0u) << "the third waits for what becomes of the second";
    world.answer(out, granted("cm-2", 60));
    const Call end = world.next(cm::Call::end);
    EXPECT_EQ(end.session, "cm-2");
    EXPECT_EQ(world.in_flight(), 0u);
    world.answer(end, response(202));
    world.answer(world.next(cm::Call::start), granted("cm-3", 60));
    EXPECT_EQ(world.outcome(third).kind, Outcome::started);
    EXPECT_EQ(world.count("session-started"), 2u);
}

TEST(Zap, Hazard29ZapWhoseStartIsLostDoesNotHoldUpTheNext) {
    World world;
    const std::string first = world.playing();
    world.start(instead_of(first));
    world.answer(world.next(cm::Call::end), response(202));
    const Call out = world.next(cm::Call::start);
    const Ticket third = world.start(instead_of(first));
    world.answer(out, lost());
    world.answer(world.next(cm::Call::running_streams), unreachable());
    world.answer(world.next(cm::Call::start), granted("cm-3", 60));
    EXPECT_EQ(world.outcome(third).kind, Outcome::started);
}

TEST(Zap, LimitOnTheWayEndsOnlyThatZap) {
    World world;
    const std::string first = world.playing();
    const Ticket second = world.start(instead_of(first));
    world.answer(world.next(cm::Call::end), response(202));
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    EXPECT_EQ(world.outcome(second).kind, Outcome::limited);
    const Ticket third = world.start(instead_of(first));
    world.answer(world.next(cm::Call::start), granted("cm-3", 60));
    EXPECT_EQ(world.outcome(third).kind, Outcome::started);
}

TEST(Zap, AbandonedWhileItWaits) {
    World world;
    const std::string first = world.playing();
    const Ticket second = world.start(instead_of(first));
    world.abandon(second);
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(world.core().idle());
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Zap, FromASessionThatIsOverOrUnknown) {
    World world;
    const std::string first = world.playing();
    world.release(first);
    world.answer(world.next(cm::Call::end), response(202));
    for (const std::string& replaced : {first, std::string("nonsense")}) {
        const Ticket ticket = world.start(instead_of(replaced));
        world.answer(world.next(cm::Call::start), granted("cm-2", 60));
        EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    }
}

TEST(Zap, FromASessionThatIsBeingStoppedWaitsForThePlayersWord) {
    World world;
    const std::string first = world.terminated(on_mpv());
    StartOptions zap = on_mpv();
    zap.replaces = first;
    world.start(zap);
    EXPECT_EQ(world.session(first).state(), State::stopping);
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    world.player(kMpvPlayer, core::PlayerSaid::What::stopped);
    EXPECT_EQ(world.end_of(first), "remote-termination/stopped");
    EXPECT_EQ(world.count("session-ended"), 1u) << "the new one plays on";
}

TEST(Zap, ViewerDoesNotWaitForAThrottle) {
    World world;
    const std::string first = world.playing();
    const Ticket other = world.start();
    const Ticket zap = world.start(instead_of(first));
    world.answer(world.next(cm::Call::start), response(429));
    EXPECT_EQ(world.outcome(other).refusal, Refusal::throttled);
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.outcome(zap).refusal, Refusal::throttled);
    EXPECT_EQ(world.outcome(zap).retry_after, 60 * kSecond);
    EXPECT_TRUE(world.core().idle());
}

TEST(Zap, ThrottleOfAStartThatNobodyWantsAnyMoreIsHeeded) {
    World world;
    const std::string first = world.playing();
    world.start(instead_of(first));
    world.answer(world.next(cm::Call::end), response(202));
    const Call out = world.next(cm::Call::start);
    const Ticket third = world.start(instead_of(first));
    world.answer(out, response(429));
    EXPECT_EQ(world.outcome(third).refusal, Refusal::throttled);
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Zap, ThousandTimesWithoutCmLeavesRoomForTheNext) {
    World world;
    std::string on_screen = world.playing();
    for (int i = 0; i < 1000; ++i) {
        const Ticket ticket = world.start(instead_of(on_screen));
        ASSERT_EQ(world.refusal(), Refusal::none) << i;
        world.answer_all(unreachable(), 50);
        ASSERT_EQ(world.outcome(ticket).kind, Outcome::started) << i;
        on_screen = world.outcome(ticket).session;
    }
    world.answer_all(unreachable(), 20 * kMinute);
    EXPECT_TRUE(world.core().idle());
}

}  // namespace
}  // namespace cmagent::scenario
