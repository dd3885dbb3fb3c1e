// A session that plays: heartbeats, the life of the lease, throttling, grace.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

const std::string kRefresh =
    R"({"obligations":[{"namespace":"adobe.primetime.cm","action":"refresh","arguments":["metadata"]}]})";

TEST(Heartbeat, DueAfterThreeQuartersOfTheLifeSpreadByFivePercent) {
    Millis earliest = kMinute;
    Millis latest = 0;
    World world;
    world.playing({}, 60);
    for (int i = 0; i < 200; ++i) {
        const Time granted_at = world.now;
        world.answer(world.next(cm::Call::heartbeat), accepted(60));
        earliest = std::min(earliest, world.now - granted_at);
        latest = std::max(latest, world.now - granted_at);
    }
    EXPECT_GE(earliest, 42'750);
    EXPECT_LE(latest, 47'250);
    EXPECT_GT(latest - earliest, 4'000) << "the phases of boxes are to drift apart";
}

TEST(Heartbeat, GoesInTheNameOfItsSession) {
    World world;
    world.playing();
    const Call call = world.next(cm::Call::heartbeat);
    EXPECT_EQ(call.session, "cm-1");
    EXPECT_TRUE(call.metadata.empty()) << "nothing has changed";
    EXPECT_FALSE(call.urgent);
}

TEST(Heartbeat, AttemptTakesAThirdOfWhatIsLeft) {
    World world;
    world.playing({}, 60);
    const Time expires = world.now + 60 * kSecond;
    const Call first = world.next(cm::Call::heartbeat);
    EXPECT_EQ(first.allowance, (expires - first.at) / 3);
    world.advance(first.allowance);
    world.answer(first, lost());
    const Call second = world.next(cm::Call::heartbeat);
    EXPECT_EQ(second.allowance, std::max<Millis>(kSecond, (expires - second.at) / 3));
}

TEST(Heartbeat, ShortestLeaseStillLeavesASecondForAnAttempt) {
    World world;
    world.playing({}, 1);
    EXPECT_EQ(world.next(cm::Call::heartbeat).allowance, kSecond);
}

// --- odd life times ---

struct OddLife {
    const char* fields;
    Millis due_at_most;
    Millis due_at_least;
};

TEST(Heartbeat, Hazard1And2And3OddLifeTimesAreBounded) {
    const std::string location = "Location: cm-1\r\n";
    const OddLife kCases[] = {
        {"", 47'250, 42'750},  // no Expires
        {"Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n", 47'250, 42'750},
        {"Date: Mon, 25 Nov 2024 09:00:00 GMT\r\nExpires: 0\r\n", 47'250, 42'750},
        {"Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n"
         "Expires: Mon, 25 Nov 2024 08:59:51 GMT\r\n",
         47'250, 42'750},  // 9 s before
        {"Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n"
         "Expires: Mon, 25 Nov 2024 09:00:00 GMT\r\n",
         47'250, 42'750},
        {"Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n"
         "Expires: Wed, 25 Nov 2054 09:00:00 GMT\r\n",
         708'750, 641'250},  // 15 min at most
        {"Date: Tue, 25 Nov 2024 09:00:00 GMT\r\n"
         "Expires: Sat, 25 Nov 2024 09:01:40 GMT\r\n",
         78'750, 71'250},  // wrong weekday
        {"Date: Monday, 25-Nov-24 09:00:00 GMT\r\n"
         "Expires: Mon Nov 25 09:01:40 2024\r\n",
         78'750, 71'250},  // the old forms
        {"Date: yesterday\r\nExpires: tomorrow\r\n", 47'250, 42'750},
    };
    for (const OddLife& one : kCases) {
        World world;
        const Ticket ticket = world.start();
        world.answer(world.next(cm::Call::start), response(202, location + one.fields));
        ASSERT_EQ(world.outcome(ticket).kind, Outcome::started) << one.fields;
        const Time begun = world.now;
        world.next(cm::Call::heartbeat);
        EXPECT_LE(world.now - begun, one.due_at_most) << one.fields;
        EXPECT_GE(world.now - begun, one.due_at_least) << one.fields;
    }
}

TEST(Heartbeat, Hazard1MissingLifeTimeIsCounted) {
    World world;
    world.start();
    world.answer(world.next(cm::Call::start), response(202, "Location: cm-1\r\n"));
    EXPECT_EQ(world.core().counters().lifetimes_missing, 1u);
}

TEST(Heartbeat, Hazard2ALeaseOfASecondIsNoHotLoop) {
    World world;
    world.playing({}, 1);
    EXPECT_LE(world.answer_all(accepted(1), kMinute), 60u * 4 / 3 + 8);
}

// --- nothing decided ---

TEST(Heartbeat, Hazard12RetriesWithinTheLeaseOneAtATime) {
    World world;
    world.playing({}, 60);
    const Time expires = world.now + 60 * kSecond;
    int attempts = 0;
    while (world.now < expires) {
        const Call call = world.next(cm::Call::heartbeat);
        EXPECT_EQ(world.in_flight(), 0u);
        world.advance(100);
        world.answer(call, response(503));
        ++attempts;
    }
    EXPECT_GE(attempts, 3);
    EXPECT_LE(attempts, 30);
}

TEST(Heartbeat, Hazard12GraceAfterTheLease) {
    World world;
    const std::string id = world.playing(on_mpv(), 60);
    world.answer_all(unreachable(), 60 * kSecond - 1);
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer_all(unreachable(), kSecond);
    EXPECT_EQ(world.session(id).state(), State::grace);
    EXPECT_EQ(world.count("session-updated"), 1u);
    world.answer_all(unreachable(), 179 * kSecond - 1);
    EXPECT_EQ(world.session(id).state(), State::grace);
    world.answer_all(unreachable(), 2 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::stopping);
    world.player(kMpvPlayer, core::PlayerSaid::What::stopped);
    EXPECT_EQ(world.end_of(id), "unreachable/stopped");
}

TEST(Heartbeat, GraceEndsWithTheNextAcceptedHeartbeat) {
    World world;
    const std::string id = world.playing();
    world.answer_all(unreachable(), 100 * kSecond);
    ASSERT_EQ(world.session(id).state(), State::grace);
    const std::size_t saves = world.saves;
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.session(id).state(), State::active);
    EXPECT_EQ(world.saves, saves) << "nothing to keep has changed: flash wears";
    world.answer_all(accepted(60), 10 * kMinute);
    EXPECT_EQ(world.session(id).state(), State::active) << "the grace timer is off";
}

TEST(Heartbeat, NoGraceWhereSoConfigured) {
    World world;
    world.settings.on_unreachable = core::OnUnreachable::deny;
    const std::string id = world.playing(on_mpv(), 60);
    world.answer_all(unreachable(), 60 * kSecond - 1);
    EXPECT_EQ(world.session(id).state(), State::active) << "the lease is CM's word until its end";
    world.answer_all(unreachable(), kSecond);
    EXPECT_EQ(world.session(id).state(), State::stopping);
}

TEST(Heartbeat, Hazard6PortalOnAHeartbeatIsRetried) {
    World world;
    const std::string id = world.playing();
    world.answer(world.next(cm::Call::heartbeat), response(200, "", "<html></html>", "text/html"));
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.session(id).at.accepted, 1);
}

TEST(Heartbeat, CredentialsThatAreNoLongerTakenEndItWithTheLease) {
    World world;
    const std::string id = world.playing(on_mpv(), 60);
    EXPECT_LE(world.answer_all(response(401), 60 * kSecond - 1), 2u) << "no retry loop";
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer_all(response(401), kSecond);
    EXPECT_EQ(world.session(id).state(), State::stopping);
    world.player(kMpvPlayer, core::PlayerSaid::What::stopped);
    EXPECT_EQ(world.end_of(id), "denied/stopped");
}

// --- standby and clocks ---

TEST(Heartbeat, Hazard25AfterStandbyOneHeartbeatAndNoBurst) {
    World world;
    const std::string id = world.playing();
    world.wake_at(world.now + 8 * 60 * kMinute);
    EXPECT_EQ(world.in_flight(), 1u);
    EXPECT_EQ(world.session(id).state(), State::active)
        << "CM is asked before anything is concluded";
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.session(id).state(), State::active);
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Heartbeat, Hazard25AfterStandbyWithoutNetworkTheLeaseCountsAsLapsed) {
    World world;
    const std::string id = world.playing();
    world.wake_at(world.now + 8 * 60 * kMinute);
    world.answer(world.next(cm::Call::heartbeat), unreachable());
    EXPECT_EQ(world.session(id).state(), State::grace);
    world.answer_all(unreachable(), 180 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::stopping);
}

TEST(Heartbeat, Hazard25StandbyWithARequestOut) {
    World world;
    const std::string id = world.playing();
    const Call call = world.next(cm::Call::heartbeat);
    world.wake_at(world.now + 8 * 60 * kMinute);
    EXPECT_EQ(world.in_flight(), 0u) << "one in flight a session";
    world.answer(call, lost());
    world.answer(world.next(cm::Call::heartbeat), response(410));
    EXPECT_EQ(world.next(cm::Call::start).terminate.size(), 0u);
    EXPECT_EQ(world.session(id).state(), State::active);
}

// --- 429 ---

const std::string kDate = "Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n";

TEST(Throttled, Hazard11HeartbeatWaitsAsLongAsCmSays) {
    struct Case {
        std::string fields;
        Millis pause;
    };
    const Case kCases[] = {
        {kDate + "Expires: Mon, 25 Nov 2024 09:00:21 GMT\r\n", 21 * kSecond},
        {kDate + "Expires: Mon, 25 Nov 2024 10:00:00 GMT\r\n", 120 * kSecond},
        {kDate + "Expires: Mon, 25 Nov 2024 08:00:00 GMT\r\n", 60 * kSecond},
        {kDate, 60 * kSecond},
        {"", 60 * kSecond},
    };
    for (const Case& one : kCases) {
        World world;
        const std::string id = world.playing({}, 60);
        world.answer(world.next(cm::Call::heartbeat), response(429, one.fields));
        const Time then = world.now;
        world.advance(one.pause - 1);
        EXPECT_EQ(world.in_flight(), 0u) << one.fields;
        EXPECT_EQ(world.session(id).state(), State::active) << "also past the lease";
        const Call call = world.next(cm::Call::heartbeat);
        EXPECT_EQ(call.at - then, one.pause) << one.fields;
        world.answer(call, accepted(60));
        EXPECT_EQ(world.session(id).state(), State::active);
    }
}

TEST(Throttled, Hazard11AgainIsAMinute) {
    World world;
    const std::string id = world.playing({}, 60);
    const Reply reply = response(429, kDate + "Expires: Mon, 25 Nov 2024 09:00:21 GMT\r\n");
    world.answer(world.next(cm::Call::heartbeat), reply);
    world.answer(world.next(cm::Call::heartbeat), reply);
    const Time then = world.now;
    const Call call = world.next(cm::Call::heartbeat);
    EXPECT_EQ(call.at - then, 60 * kSecond);
    world.answer(call, accepted(60));
    world.answer(world.next(cm::Call::heartbeat), reply);
    const Time later = world.now;
    EXPECT_EQ(world.next(cm::Call::heartbeat).at - later, 21 * kSecond) << "not in a row";
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(Throttled, Hazard11StartSilencesThatSubjectAlone) {
    World world;
    const std::string playing = world.playing();
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start),
                 response(429, kDate + "Expires: Mon, 25 Nov 2024 09:00:21 GMT\r\n"));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::throttled);
    EXPECT_EQ(world.outcome(ticket).retry_after, 21 * kSecond);
    world.start();
    EXPECT_EQ(world.refusal(), Refusal::throttled) << "CM does not hear of it";
    EXPECT_EQ(world.core().throttled_for("acme", "viewer", world.now), 21 * kSecond);
    world.start(by("guest"));
    EXPECT_EQ(world.refusal(), Refusal::none);
    world.next(cm::Call::start);
    world.advance(21 * kSecond);
    world.start();
    EXPECT_EQ(world.refusal(), Refusal::none);
    EXPECT_EQ(world.session(playing).state(), State::active);
}

TEST(Throttled, Hazard11StartAgainIsAMinute) {
    World world;
    const Reply reply = response(429, kDate + "Expires: Mon, 25 Nov 2024 09:00:21 GMT\r\n");
    world.start();
    world.answer(world.next(cm::Call::start), reply);
    world.advance(21 * kSecond);
    const Ticket second = world.start();
    world.answer(world.next(cm::Call::start), reply);
    EXPECT_EQ(world.outcome(second).retry_after, 60 * kSecond);
    world.advance(60 * kSecond);
    world.start();
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    const Ticket fourth = world.start();
    world.answer(world.next(cm::Call::start), reply);
    EXPECT_EQ(world.outcome(fourth).retry_after, 21 * kSecond) << "any other answer between";
}

TEST(Throttled, StartOnCreditWaitsForItsSubjectToo) {
    World world;
    const Ticket credit = world.start();
    world.answer(world.next(cm::Call::start), unreachable());
    const Ticket second = world.start();
    world.answer(world.next(cm::Call::start), response(429));
    EXPECT_EQ(world.outcome(second).refusal, Refusal::throttled);
    const Time then = world.now;
    const Call again = world.next(cm::Call::start);
    EXPECT_EQ(again.at - then, 60 * kSecond);
    EXPECT_EQ(world.outcome(credit).kind, Outcome::started);
}

TEST(Throttled, GraceDoesNotRunOut) {
    World world;
    world.settings.grace = 60 * kSecond;
    const std::string id = world.playing({}, 60);
    world.answer_all(unreachable(), 70 * kSecond);
    ASSERT_EQ(world.session(id).state(), State::grace);
    world.answer_all(response(429), 10 * kMinute);
    EXPECT_EQ(world.session(id).state(), State::grace) << "playback goes on while CM throttles";
    world.answer_all(unreachable(), 121 * kSecond);
    EXPECT_EQ(world.session(id).at.end_reason, core::EndReason::unreachable);
}

TEST(Throttled, Hazard11DeleteWaitsToo) {
    World world;
    const std::string id = world.playing({}, 60);
    world.release(id);
    world.answer(world.next(cm::Call::end),
                 response(429, kDate + "Expires: Mon, 25 Nov 2024 09:00:21 GMT\r\n"));
    const Time then = world.now;
    const Call call = world.next(cm::Call::end);
    EXPECT_EQ(call.at - then, 21 * kSecond);
    world.answer(call, response(202));
    EXPECT_TRUE(world.core().idle());
}

TEST(Throttled, ViewerWhoLeavesMeanwhileIsHeardAfterwards) {
    World world;
    const std::string id = world.playing();
    world.answer(world.next(cm::Call::heartbeat), response(429));
    world.release(id);
    EXPECT_EQ(world.end_of(id), "user/untouched") << "for the viewer it is over at once";
    EXPECT_EQ(world.in_flight(), 0u) << "CM counts heartbeats and DELETEs together";
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(world.core().idle());
}

// --- metadata ---

TEST(Metadata, GoesWithTheNextHeartbeatAndOnlyOnce) {
    World world;
    const std::string id = world.playing(with({{"channel", "news"}, {"show", "a"}}));
    EXPECT_EQ(world.change(id, {{"show", "b"}}), Refusal::none);
    EXPECT_EQ(world.in_flight(), 0u);
    const Call call = world.next(cm::Call::heartbeat);
    EXPECT_EQ(call.metadata, (std::map<std::string, std::string>{{"show", "b"}}));
    world.answer(call, accepted(60));
    EXPECT_TRUE(world.next(cm::Call::heartbeat).metadata.empty());
}

TEST(Metadata, GoesAgainWhenTheHeartbeatWasLost) {
    World world;
    const std::string id = world.playing();
    world.change(id, {{"show", "b"}});
    world.answer(world.next(cm::Call::heartbeat), lost());
    EXPECT_EQ(world.next(cm::Call::heartbeat).metadata.at("show"), "b");
}

TEST(Metadata, GoesAgainWhenTheLinkTriesASecondConnection) {
    World world;
    const std::string id = world.playing();
    world.change(id, {{"show", "b"}});
    const Call call = world.next(cm::Call::heartbeat);
    cm::Request request;
    ASSERT_TRUE(world.core().describe(call.exchange, request));
    ASSERT_NE(request.metadata, nullptr);
    EXPECT_EQ(request.metadata->get("show"), "b");
}

TEST(Metadata, WhatCmHoldsImmutableCannotBeChanged) {
    World world;
    const std::string id = world.playing(with({{"channel", "news"}}));
    EXPECT_EQ(world.change(id, {{"channel", "films"}}), Refusal::immutable_metadata);
    EXPECT_EQ(world.change(id, {{"channel", "news"}, {"show", "b"}}), Refusal::none);
    EXPECT_EQ(world.next(cm::Call::heartbeat).metadata.count("channel"), 0u);
}

TEST(Metadata, ImmutableNameMayBeAddedOnce) {
    World world;
    const std::string id = world.playing(with({}));
    EXPECT_EQ(world.change(id, {{"assetId", "a1"}}), Refusal::none);
    const Call call = world.next(cm::Call::heartbeat);
    EXPECT_EQ(call.metadata.at("assetId"), "a1");
    world.answer(call, accepted(60));
    world.change(id, {{"show", "b"}});
    EXPECT_EQ(world.next(cm::Call::heartbeat).metadata.count("assetId"), 0u) << "CM has it";
}

TEST(Metadata, WhatCmDoesNotTakeEndsNothing) {
    World world;
    const std::string id = world.playing();
    world.change(id, {{"show", "b"}});
    world.answer(world.next(cm::Call::heartbeat), response(400));
    const Call again = world.next(cm::Call::heartbeat);
    EXPECT_TRUE(again.metadata.empty());
    world.answer(again, accepted(60));
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(Metadata, TooMuchOfItChangesNothing) {
    World world;
    const std::string id = world.playing();
    std::map<std::string, std::string> much;
    for (int i = 0; i < 48; ++i) much["name" + std::to_string(i)] = "x";
    EXPECT_EQ(world.change(id, much), Refusal::invalid_field);
    EXPECT_EQ(world.session(id).wanted.metadata.size(), 1u);
}

TEST(Metadata, MissingOnAHeartbeatIsFilledFromWhatThereIs) {
    World world;
    const std::string id = world.playing(with({{"channel", "news"}, {"show", "a"}}));
    for (int i = 0; i < 2; ++i) {
        world.answer(world.next(cm::Call::heartbeat), response(400, "", kRefresh));
        world.answer(world.next(cm::Call::metadata), response(200, "", R"(["show"])"));
        const Call again = world.next(cm::Call::heartbeat);
        EXPECT_EQ(again.metadata.at("show"), "a");
        world.answer(again, accepted(60));
    }
    EXPECT_EQ(world.session(id).state(), State::active) << "policies may change more than once";
}

}  // namespace
}  // namespace cmagent::scenario
