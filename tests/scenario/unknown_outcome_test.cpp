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

// What CM has not taken goes once more, and what comes of that is the answer.
TEST(UnknownOutcome, Hazard13And32NotFoundGoesOnceMoreOnAFreshConnection) {
    const struct {
        Reply second;
        Outcome::Kind kind;
        Refusal refusal;
    } kRows[] = {
        {granted("cm-2", 60), Outcome::started, Refusal::none},
        {unreachable(), Outcome::started, Refusal::none},
        {response(503), Outcome::started, Refusal::none},
        {fixture(409, "409-service-streams"), Outcome::limited, Refusal::none},
        {response(403), Outcome::refused, Refusal::cm_credentials},
        {response(404), Outcome::refused, Refusal::cm_protocol},
        {no_tls("certificate-expired"), Outcome::refused, Refusal::cm_tls},
        {throttled(30), Outcome::refused, Refusal::throttled},
    };
    for (const Reply& first : {lost(), alerted(), no_location(), response(500), response(101)}) {
        for (const auto& row : kRows) {
            World world;
            const Ticket ticket = world.start();
            const Call start = world.next(cm::Call::start);
            EXPECT_FALSE(start.fresh);
            world.answer(start, first);
            world.answer(world.next(cm::Call::running_streams), no_streams());
            EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
            const Call again = world.next(cm::Call::start);
            EXPECT_EQ(again.at, world.now) << "at once";
            EXPECT_TRUE(again.fresh);
            EXPECT_TRUE(again.urgent);
            EXPECT_EQ(again.metadata, start.metadata) << "with the same reference";
            world.answer(again, row.second);
            EXPECT_EQ(world.outcome(ticket).kind, row.kind) << row.second.http;
            EXPECT_EQ(world.outcome(ticket).refusal, row.refusal) << row.second.http;
        }
    }
}

// … but not a third time: why the second one failed is the error.
TEST(UnknownOutcome, Hazard13And32TwiceUnknownIsTheErrorOfTheSecond) {
    const struct {
        Reply lost;
        Refusal refusal;
        const char* reason;
        cm::Blame blame;
    } kRows[] = {
        {lost(), Refusal::cm_timeout, "timed-out", cm::Blame::service},
        {alerted(), Refusal::cm_tls, "tls-broken", cm::Blame::service},
        {no_location(), Refusal::cm_protocol, "no-session-id", cm::Blame::service},
        {response(101), Refusal::cm_protocol, "unexpected-status", cm::Blame::service},
        {{"SSH-2.0\r\n", {}, {}, {}}, Refusal::cm_protocol, "not-http", cm::Blame::service},
        {response(500), Refusal::cm_unreachable, "server-error", cm::Blame::service},
    };
    for (const auto& row : kRows) {
        World world;
        world.settings.on_unreachable = core::OnUnreachable::deny;
        const Ticket ticket = world.start();
        world.answer(world.next(cm::Call::start), no_location());
        world.answer(world.next(cm::Call::running_streams), no_streams());
        world.answer(world.next(cm::Call::start), row.lost);
        world.answer(world.next(cm::Call::running_streams), no_streams());
        EXPECT_EQ(world.outcome(ticket).refusal, row.refusal) << row.reason;
        EXPECT_EQ(world.outcome(ticket).reason, row.reason);
        EXPECT_EQ(world.outcome(ticket).blame, row.blame) << row.reason;
        EXPECT_TRUE(world.core().idle());
    }
}

TEST(UnknownOutcome, Hazard13And32TheSecondIsFoundLikeTheFirst) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), lost());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    const Call again = world.next(cm::Call::start);
    world.answer(again, alerted());
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", again));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
}

// A server's fault is an outage still, but one that may have taken the start.
TEST(UnknownOutcome, Hazard32ServersFaultIsLetInOnCreditOnceCmWasLookedAt) {
    for (const Reply& look : {response(500), unreachable()}) {
        World world;
        const Ticket ticket = world.start();
        const Call start = world.next(cm::Call::start);
        world.answer(start, response(502, "", "<html></html>", "text/html"));
        EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
        world.answer(world.next(cm::Call::running_streams), look);
        ASSERT_EQ(world.outcome(ticket).kind, Outcome::started);
        const std::string id = world.outcome(ticket).session;
        EXPECT_EQ(world.session(id).state(), State::grace);
        world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", start));
        EXPECT_EQ(world.session(id).state(), State::active) << "CM had taken it";
    }
}

TEST(UnknownOutcome, Hazard32ServersFaultWithoutAReferenceIsAnOutageThatWaitsLonger) {
    World world;
    world.settings.reference = false;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), response(500));
    ASSERT_EQ(world.outcome(ticket).kind, Outcome::started);
    const Time then = world.now;
    EXPECT_EQ(world.next(cm::Call::start).at - then, 90 * kSecond) << "never a blind second POST";
}

TEST(UnknownOutcome, Hazard15LocationThatIsNoIdIsLookedUp) {
    World world;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    world.answer(start, response(202, "Location: ../..\r\n"));
    world.answer(world.next(cm::Call::running_streams), streams_with("../evil", start));
    EXPECT_EQ(world.in_flight(), 0u) << "nor does the look-up give it one";
    EXPECT_EQ(world.outcome(ticket).reason, "no-session-id") << "nor does another one start";
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-7", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-7");
}

// CM was slower than the look: what the first start has opened is ours.
TEST(UnknownOutcome, Hazard32RefusalForTheSakeOfTheFirstStartIsOurOwn) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), lost());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    const Call again = world.next(cm::Call::start);
    world.answer(again,
                 limit(R"({"cm-1":[{"terminationCode":"own","metadata":{"agentReference":")" +
                       again.metadata.at("agentReference") + R"("}}]})"));
    const Call third = world.next(cm::Call::start);
    EXPECT_EQ(third.terminate, std::vector<std::string>{"own"});
    world.answer(third, granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
}

TEST(UnknownOutcome, Hazard32ThrottleMeanwhileIsTheAnswer) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), lost());
    const Call look = world.next(cm::Call::running_streams);
    (void)world.start();
    world.answer(world.next(cm::Call::start), throttled(30));
    world.answer(look, no_streams());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::throttled);
    EXPECT_TRUE(world.core().idle());
}

// CM may not be asked before its cool-down is over, not even behind the viewer's back.
TEST(UnknownOutcome, Hazard11And32LookThatIsThrottledWaits) {
    World world;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), throttled(40));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
    const Time then = world.now;
    const Call look = world.next(cm::Call::running_streams);
    EXPECT_EQ(look.at - then, 40 * kSecond);
    world.answer(look, streams_with("cm-7", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-7");
}

TEST(UnknownOutcome, Hazard11And32LookThatIsThrottledWhileItPlaysIsMadeLater) {
    World world;
    const std::string id = world.vanished();
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), throttled(40));
    EXPECT_EQ(world.session(id).state(), State::active);
    const Time then = world.now;
    const Call look = world.next(cm::Call::running_streams);
    EXPECT_EQ(look.at - then, 40 * kSecond) << "and no second start before";
    world.answer(look, streams_with("cm-7", start));
    EXPECT_EQ(world.next(cm::Call::heartbeat).session, "cm-7");
}

// --- what plays goes the same way ---

TEST(UnknownOutcome, Hazard32SilentRestartGoesOnceMoreAtOnce) {
    World world;
    const std::string id = world.vanished(on_mpv());
    world.answer(world.next(cm::Call::start), lost());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    const Call again = world.next(cm::Call::start);
    EXPECT_EQ(again.at, world.now);
    EXPECT_TRUE(again.fresh);
    EXPECT_EQ(world.session(id).state(), State::active) << "no viewer is aware of it";
    world.answer(again, granted("cm-2", 60));
    EXPECT_EQ(world.next(cm::Call::heartbeat).session, "cm-2");
}

TEST(UnknownOutcome, Hazard32SilentRestartThatIsLostTwiceIsGrace) {
    World world;
    const std::string id = world.vanished(on_mpv());
    world.answer_start(alerted());
    EXPECT_EQ(world.session(id).state(), State::grace);
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(UnknownOutcome, Hazard32StartOnCreditGoesOnceMoreAtOnceThenWithBackOff) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), unreachable());
    world.answer(world.next(cm::Call::start), lost());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    const Call again = world.next(cm::Call::start);
    EXPECT_EQ(again.at, world.now);
    EXPECT_TRUE(again.fresh);
    world.answer(again, lost());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.in_flight(), 0u) << "a third waits";
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(world.outcome(ticket).session).state(), State::active);
}

// The start of a zap that ends the old session by its code, and that CM has not taken.
TEST(UnknownOutcome, Hazard32ZapByCodeGivesTheOldSessionBack) {
    World world;
    world.settings.zap = core::Zap::atomic;
    const std::string old = world.playing(on_mpv());
    world.answer(world.next(cm::Call::running_streams),
                 streams(R"([{"sessionId":"cm-1","terminationCode":"own"}])", 60));
    StartOptions options = on_mpv();
    options.replaces = old;
    const Ticket ticket = world.start(options);
    const Call start = world.next(cm::Call::start);
    EXPECT_EQ(start.terminate, std::vector<std::string>{"own"});
    world.answer(start, alerted());
    const Call look = world.next(cm::Call::running_streams);
    const Call end = world.next(cm::Call::end);
    EXPECT_EQ(end.session, "cm-1") << "CM is told all the same";
    world.answer(look, no_streams());
    world.answer(end, response(202));
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
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
