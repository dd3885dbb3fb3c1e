// DELETE /v1/streams/{cmSessionId}: a stream of the household is ended without watching here
// (contract.md, "Ending a stream").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

// What CM lists: the kitchen's stream, which can be ended, and one without a code.
Reply kitchen_plays() {
    return response(200, "",
                    R"({"runningStreams":[
        {"sessionId":"kitchen","terminationCode":"c-kitchen",
         "metadata":{"channel":"films","deviceName":"Kitchen","agentReference":"x","bits":7}},
        {"sessionId":"cellar","metadata":{"channel":"news"}}]})");
}

// The start by which the kitchen's stream is ended.
Call start_to_end(World& world) {
    world.answer(world.next(cm::Call::running_streams), kitchen_plays());
    return world.next(cm::Call::start);
}

TEST(EndStream, OfAnotherDeviceIsAStartWithItsCodeThatIsEndedAtOnce) {
    World world;
    ASSERT_TRUE(world.settings.device.set("deviceName", "Living room"));
    const Ticket ticket = world.end_stream("kitchen");
    const Call look = world.next(cm::Call::running_streams);
    EXPECT_TRUE(look.urgent);
    world.answer(look, kitchen_plays());
    const Call start = world.next(cm::Call::start);
    EXPECT_TRUE(start.urgent);
    EXPECT_EQ(start.subject, "viewer");
    EXPECT_EQ(start.terminate, std::vector<std::string>{"c-kitchen"});
    EXPECT_EQ(start.metadata.at("deviceName"), "Living room") << "the kitchen reads who ended it";
    EXPECT_EQ(start.metadata.at("channel"), "films") << "it counts where the stream counted";
    EXPECT_EQ(start.metadata.at("agentReference").size(), 16u);
    EXPECT_EQ(start.metadata.count("bits"), 0u) << "metadata are texts";
    world.answer(start, granted("mine", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting) << "ours is still counted";
    const Call end = world.next(cm::Call::end);
    EXPECT_EQ(end.session, "mine");
    world.answer(end, response(202));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::done);
    EXPECT_TRUE(world.notices.empty()) << "nothing of it is shown";
    EXPECT_TRUE(world.orders.empty());
    EXPECT_TRUE(world.core().idle());
    EXPECT_EQ(world.core().next_deadline(), kNever);
}

TEST(EndStream, StartsWithAsManyMetadataAsThereIsRoomFor) {
    World world;
    std::string pairs;
    for (int i = 0; i < 60; ++i) pairs += (i > 0 ? ",\"n" : "\"n") + std::to_string(i) + R"(":"v")";
    const std::string too_long(100, 'x');
    pairs += ",\"" + too_long + R"(":"v","long":")" + std::string(300, 'x') + "\"";
    world.end_stream("kitchen");
    world.answer(
        world.next(cm::Call::running_streams),
        streams(R"([{"sessionId":"kitchen","terminationCode":"c","metadata":{)" + pairs + "}}]",
                60));
    const Call start = world.next(cm::Call::start);
    EXPECT_EQ(start.metadata.size(), cm::kMaxPairs);
    EXPECT_EQ(start.metadata.count("agentReference"), 1u);
}

TEST(EndStream, OfAnotherDeviceDoesNotWaitForCmToHearOfOurEndAgain) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    world.answer(start_to_end(world), granted("mine", 60));
    world.answer(world.next(cm::Call::end), unreachable());
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::done);
    EXPECT_EQ(world.next(cm::Call::end).session, "mine") << "CM is told in the background";
}

TEST(EndStream, ThatCmDoesNotListIsRefused) {
    struct Case {
        const char* stream;
        const char* reason;
    };
    for (const Case& one : {Case{"attic", ""}, Case{"cellar", "no-code"}}) {
        World world;
        const Ticket ticket = world.end_stream(one.stream);
        world.answer(world.next(cm::Call::running_streams), kitchen_plays());
        EXPECT_EQ(world.outcome(ticket).kind, Outcome::refused) << one.stream;
        EXPECT_EQ(world.outcome(ticket).refusal, Refusal::no_such_stream) << one.stream;
        EXPECT_EQ(world.outcome(ticket).reason, one.reason);
        EXPECT_EQ(world.in_flight(), 0u);
    }
}

TEST(EndStream, RefusedWithTheLimitIsAConflictThatIsOverAtOnce) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    world.answer(start_to_end(world), fixture(409, "409-service-streams"));
    ASSERT_EQ(world.outcome(ticket).kind, Outcome::limited);
    const core::Conflict* const conflict =
        world.core().ledgers().conflicts.find(world.outcome(ticket).conflict);
    ASSERT_NE(conflict, nullptr);
    EXPECT_TRUE(conflict->over()) << "there is nothing to watch";
    EXPECT_EQ(world.core().ledgers().counters.conflicts, 1u);
    EXPECT_EQ(world.core().ledgers().history.size(), 1u);
    EXPECT_TRUE(world.notices.empty());
    EXPECT_TRUE(world.core().idle());
}

TEST(EndStream, SaysWhyCmDidNotDoIt) {
    struct Case {
        Reply reply;
        Refusal refusal;
    };
    const Case kCases[] = {
        {unreachable(), Refusal::cm_unreachable},
        {response(401), Refusal::cm_credentials},
        {response(400), Refusal::cm_rejected},
        {refresh(), Refusal::cm_rejected},
        {no_tls("certificate-expired"), Refusal::cm_tls},
        {throttled(21), Refusal::throttled},
    };
    for (const Case& one : kCases) {
        World world;
        const Ticket ticket = world.end_stream("kitchen");
        world.answer(start_to_end(world), one.reply);
        EXPECT_EQ(world.outcome(ticket).kind, Outcome::refused) << one.reply.http;
        EXPECT_EQ(world.outcome(ticket).refusal, one.refusal) << one.reply.http;
        EXPECT_TRUE(world.core().idle());
    }
}

TEST(EndStream, IsNotAskedOfCmThatThrottles) {
    World world;
    const Ticket first = world.end_stream("kitchen");
    world.answer(start_to_end(world), throttled(21));
    EXPECT_EQ(world.outcome(first).retry_after, 21 * kSecond);
    EXPECT_EQ(world.core().ledgers().counters.throttles, 1u);
    world.advance(kSecond);
    const Ticket second = world.end_stream("kitchen");
    EXPECT_EQ(world.outcome(second).refusal, Refusal::throttled);
    EXPECT_EQ(world.outcome(second).retry_after, 20 * kSecond);
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(EndStream, NeedsALookThatSucceeds) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    world.answer(world.next(cm::Call::running_streams), unreachable());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_unreachable);
    const Ticket throttle = [&] {
        world.advance(kMinute);
        return world.end_stream("kitchen");
    }();
    world.answer(world.next(cm::Call::running_streams), throttled(21));
    EXPECT_EQ(world.outcome(throttle).refusal, Refusal::throttled);
    EXPECT_EQ(world.outcome(throttle).retry_after, 21 * kSecond);
}

TEST(EndStream, IsNotRiskedWhereCmLetsTheLatestWin) {
    World world;
    const std::string id = world.playing();
    world.answer(world.next(cm::Call::heartbeat), fixture(409, "409-service-streams"));
    world.stopped(id);
    const Ticket ticket = world.end_stream("kitchen");
    world.answer(world.next(cm::Call::running_streams), kitchen_plays());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::would_displace);
    EXPECT_EQ(world.in_flight(), 0u);
    // A newcomer that CM refuses shows that the policy is another now.
    (void)world.limited();
    const Ticket again = world.end_stream("kitchen");
    world.answer(world.next(cm::Call::running_streams), kitchen_plays());
    EXPECT_EQ(world.next(cm::Call::start).terminate, std::vector<std::string>{"c-kitchen"});
    EXPECT_EQ(world.outcome(again).kind, Outcome::waiting);
}

// --- the outcome of the start is unknown ---

TEST(EndStream, WhoseStartGotNoAnswerIsLookedUpAndEnded) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    const Call start = start_to_end(world);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), streams_with("mine", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "mine");
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
}

TEST(EndStream, WhoseStartWasNotTakenTwiceIsATimeout) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    const Call start = start_to_end(world);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    const Call again = world.next(cm::Call::start);
    EXPECT_TRUE(again.fresh);
    EXPECT_EQ(again.terminate, start.terminate);
    EXPECT_EQ(again.metadata, start.metadata);
    world.answer(again, lost());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
    EXPECT_TRUE(world.core().idle());
}

TEST(EndStream, Hazard32WhoseStartWasNotTakenGoesOnceMore) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    world.answer(start_to_end(world), alerted());
    world.answer(world.next(cm::Call::running_streams), no_streams());
    world.advance(80 * kSecond);
    world.answer(world.next(cm::Call::start), granted("mine", 60));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::done);
    EXPECT_TRUE(world.core().idle());
}

TEST(EndStream, Hazard32WhoseCallerHasGoneDoesNotGoOnceMore) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    world.answer(start_to_end(world), lost());
    world.abandon(ticket);
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_TRUE(world.core().idle());
}

TEST(EndStream, IsNotWaitedForWhileTheLookUpFails) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    const Call start = start_to_end(world);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), unreachable());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
    EXPECT_EQ(world.outcome(ticket).reason, "timed-out");
    world.answer(world.next(cm::Call::running_streams), streams_with("mine", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "mine") << "no slot is lost";
}

TEST(EndStream, GoesOnWithoutItsCaller) {
    World world;
    const Ticket waiting_for_look = world.end_stream("kitchen");
    world.abandon(waiting_for_look);
    world.answer(world.next(cm::Call::running_streams), kitchen_plays());
    EXPECT_EQ(world.in_flight(), 0u) << "nothing was decided yet";
    world.advance(kMinute);
    const Ticket waiting_for_start = world.end_stream("kitchen");
    const Call start = start_to_end(world);
    world.abandon(waiting_for_start);
    world.answer(start, granted("mine", 60));
    EXPECT_EQ(world.next(cm::Call::end).session, "mine");
}

TEST(EndStream, SurvivesACrashAsADebt) {
    World world;
    world.end_stream("kitchen");
    const Call start = start_to_end(world);
    world.crash();
    world.answer(world.next(cm::Call::running_streams), streams_with("mine", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "mine");
}

// --- asked for twice ---

TEST(EndStream, AskedForAgainIsTheSameStart) {
    World world;
    const Ticket first = world.end_stream("kitchen");
    const Call start = start_to_end(world);
    const Ticket second = world.end_stream("kitchen");
    EXPECT_EQ(world.outcome(first).refusal, Refusal::replaced);
    world.answer(start, granted("mine", 60));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.outcome(second).kind, Outcome::done);
    EXPECT_EQ(world.in_flight(), 0u);
}

// The list of a moment ago still names the code.
TEST(EndStream, ThatIsOverIsNotStartedForAgain) {
    World world;
    world.end_stream("kitchen");
    world.answer(start_to_end(world), granted("mine", 60));
    world.answer(world.next(cm::Call::end), response(202));
    const Ticket again = world.end_stream("kitchen");
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.outcome(again).refusal, Refusal::no_such_stream);
}

TEST(EndStream, FindsRoomForFourAtATime) {
    World world;
    for (int i = 0; i < 4; ++i) {
        world.end_stream("kitchen");
        EXPECT_EQ(world.refusal(), Refusal::none);
    }
    world.end_stream("kitchen");
    EXPECT_EQ(world.refusal(), Refusal::too_many_queries);
    EXPECT_EQ(world.in_flight(), 1u) << "one look for all";
}

TEST(EndStream, IsGivenUpWhereTheBoxHasNoRoomForItsStart) {
    World world;
    world.settings.max_sessions = core::kMaxSessions;
    for (std::size_t i = 0; i < core::kMaxSessions; ++i) world.start(by_turns(i, by("other")));
    std::string list;
    for (std::size_t i = 0; i <= core::kKeptEnded; ++i) {
        const std::string name = "s" + std::to_string(i);
        list += (i > 0 ? "," : "") + (R"({"sessionId":")" + name + R"(","terminationCode":")") +
                name + "\"}";
    }
    const Ticket first = world.end_stream("s0");
    for (std::size_t i = 0; i < core::kMaxSessions; ++i) (void)world.next(cm::Call::start);
    world.answer(world.next(cm::Call::running_streams), streams("[" + list + "]", 60));
    for (std::size_t i = 1; i < core::kKeptEnded; ++i) world.end_stream("s" + std::to_string(i));
    EXPECT_EQ(world.outcome(first).kind, Outcome::waiting);
    const Ticket last = world.end_stream("s" + std::to_string(core::kKeptEnded));
    EXPECT_EQ(world.outcome(first).refusal, Refusal::too_many_queries);
    EXPECT_EQ(world.outcome(last).kind, Outcome::waiting);
}

// --- streams of this box ---

TEST(EndStream, OfThisBoxIsStoppedAndVerified) {
    World world;
    const std::string id = world.playing();
    const Ticket ticket = world.end_stream(std::string(world.session(id).cm_id.view()));
    EXPECT_EQ(world.orders.back(), "stop 0");
    const Call end = world.next(cm::Call::end);
    world.answer(end, response(202));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting) << "the picture is still there";
    world.stopped(id);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::done);
    EXPECT_EQ(world.end_of(id), "ended-here/stopped");
    EXPECT_EQ(world.count("session-ended"), 1u);
    EXPECT_TRUE(world.core().idle());
}

TEST(EndStream, OfThisBoxIsOverWhenCmCouldNotBeTold) {
    World world;
    const std::string id = world.playing();
    const Ticket ticket = world.end_stream(std::string(world.session(id).cm_id.view()));
    world.stopped(id);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.answer(world.next(cm::Call::end), unreachable());
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::done);
}

TEST(EndStream, OfThisBoxIsUnconfirmedWhereNoPlayerAnswers) {
    World world;
    const std::string id = world.playing();
    const Ticket ticket = world.end_stream(std::string(world.session(id).cm_id.view()));
    world.answer(world.next(cm::Call::end), response(202));
    world.advance(kMinute);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::done);
    EXPECT_EQ(world.end_of(id), "ended-here/unconfirmed");
}

TEST(EndStream, OfThisBoxThatIsEndingAlreadyIsWaitedFor) {
    World world;
    const std::string id = world.playing();
    const std::string cm_id(world.session(id).cm_id.view());
    world.release(id);
    const Ticket ticket = world.end_stream(cm_id);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.abandon(ticket);
    const Ticket again = world.end_stream(cm_id);
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.outcome(again).kind, Outcome::done);
    EXPECT_EQ(world.end_of(id), "user/untouched");
}

TEST(EndStream, OfAnotherSubjectIsNotOurs) {
    World world;
    const std::string id = world.playing(by("other"));
    const Ticket ticket = world.end_stream(std::string(world.session(id).cm_id.view()));
    world.answer(world.next(cm::Call::running_streams), no_streams());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::no_such_stream);
    EXPECT_EQ(world.session(id).state(), State::active);
}

// --- the end of the daemon, and of the account ---

TEST(EndStream, IsRefusedWhenTheAgentEnds) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    world.shut_down();
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::shutting_down);
    world.end_stream("kitchen");
    EXPECT_EQ(world.refusal(), Refusal::shutting_down);
}

TEST(EndStream, OfAnAccountThatHasLoggedOutIsRefused) {
    World world;
    const Ticket ticket = world.end_stream("kitchen");
    world.logout();
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::replaced);
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(EndStream, WithANameThatIsTooLongIsNone) {
    World world;
    world.end_stream(std::string(200, 'x'));
    EXPECT_EQ(world.refusal(), Refusal::no_such_stream);
}

}  // namespace
}  // namespace cmagent::scenario
