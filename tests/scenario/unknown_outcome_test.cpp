// A start that went out and whose answer was lost, or names no session (contract.md, "Outcome
// unknown").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

Reply no_location() {
    return response(202, "Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n");
}

TEST(UnknownOutcome, Hazard13FoundIsAdopted) {
    for (const Reply& reply : {lost(), no_location()}) {
        World world;
        const Ticket ticket = world.start();
        const Call start = world.next(cm::Call::start);
        world.answer(start, reply);
        EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
        const Call look = world.next(cm::Call::running_streams);
        EXPECT_TRUE(look.urgent);
        EXPECT_EQ(world.in_flight(), 0u) << "never a blind second POST";
        world.answer(look, streams_with("cm-7", start));
        ASSERT_EQ(world.outcome(ticket).kind, Outcome::started);
        EXPECT_EQ(world.session(world.outcome(ticket).session).cm_id.view(), "cm-7");
        const Time then = world.now;
        const Call heartbeat = world.next(cm::Call::heartbeat);
        EXPECT_EQ(heartbeat.at, then) << "only a heartbeat tells how long it lives";
        EXPECT_EQ(heartbeat.session, "cm-7");
    }
}

TEST(UnknownOutcome, Hazard13NotFoundIsATimeout) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), lost());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
    EXPECT_TRUE(world.core().idle());
}

TEST(UnknownOutcome, Hazard13MissingLocationIsCmsFault) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), no_location());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_protocol);
    EXPECT_EQ(world.outcome(ticket).reason, "missing-location");
}

TEST(UnknownOutcome, Hazard15LocationThatIsNoIdIsLookedUp) {
    World world;
    world.start();
    const Call start = world.next(cm::Call::start);
    world.answer(start, response(202, "Location: ../..\r\n"));
    world.answer(world.next(cm::Call::running_streams), streams_with("../evil", start));
    EXPECT_EQ(world.in_flight(), 0u) << "nor does the look-up give it one";
}

TEST(UnknownOutcome, LookThatFailsTellsTheViewerAndGoesOnBehindHisBack) {
    World world;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), unreachable());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", start));
    const Call end = world.next(cm::Call::end);
    EXPECT_EQ(end.session, "cm-7");
    world.answer(end, response(202));
    EXPECT_TRUE(world.core().idle());
}

TEST(UnknownOutcome, LookThatNeverSucceedsEndsWhenTheSessionHasLapsed) {
    World world;
    world.start();
    world.answer(world.next(cm::Call::start), lost());
    world.answer_all(unreachable(), 89 * kSecond);
    EXPECT_FALSE(world.core().idle());
    world.answer_all(unreachable(), 2 * kSecond);
    EXPECT_TRUE(world.core().idle());
}

TEST(UnknownOutcome, WithdrawnMeanwhileIsLookedForAndGivenBack) {
    World world;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    world.abandon(ticket);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-7");
}

TEST(UnknownOutcome, WithdrawnWhileLookingIsGivenBack) {
    World world;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    const Call look = world.next(cm::Call::running_streams);
    world.abandon(ticket);
    world.answer(look, streams_with("cm-7", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-7");
}

TEST(UnknownOutcome, WithoutAReferenceNobodyCanTell) {
    World world;
    world.settings.reference = false;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    EXPECT_EQ(start.metadata.count("agentReference"), 0u);
    world.answer(start, lost());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
    EXPECT_EQ(world.in_flight(), 0u);
    const Ticket second = world.start();
    world.answer(world.next(cm::Call::start), no_location());
    EXPECT_EQ(world.outcome(second).refusal, Refusal::cm_protocol);
}

TEST(UnknownOutcome, WithoutAReferenceASecondStartWaitsUntilTheFirstHasLapsed) {
    World world;
    world.settings.reference = false;
    world.start();
    world.answer(world.next(cm::Call::start), unreachable());
    world.answer(world.next(cm::Call::start), lost());
    const Time then = world.now;
    EXPECT_EQ(world.next(cm::Call::start).at - then, 90 * kSecond);
}

TEST(UnknownOutcome, OnCreditItIsLookedForBeforeItIsAskedAgain) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), unreachable());
    const std::string id = world.outcome(ticket).session;
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), unreachable());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    const Call again = world.next(cm::Call::start);
    world.answer(again, lost());
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", again));
    EXPECT_EQ(world.session(id).state(), State::active);
    EXPECT_EQ(world.next(cm::Call::heartbeat).session, "cm-7");
}

}  // namespace
}  // namespace cmagent::scenario
