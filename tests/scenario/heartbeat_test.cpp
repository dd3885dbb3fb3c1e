// A session that plays: heartbeats, the life of the lease, grace.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

TEST(Heartbeat, DueAfter85PercentOfTheLifeSpreadByThreePercent) {
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
    EXPECT_GE(earliest, 49'470);
    EXPECT_LE(latest, 52'530);
    EXPECT_GT(latest - earliest, 2'900) << "the phases of boxes are to drift apart";
}

// Product description of CM: "The Heartbeat interval shall be 60 seconds".
TEST(Heartbeat, SixtyTo72AnHourOnCmsLeaseOf60Seconds) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        World world(seed);
        world.playing({}, 60);
        const Time hour = world.now + 60 * kMinute;
        int beats = 0;
        for (; world.now < hour; ++beats) {
            world.answer(world.next(cm::Call::heartbeat), accepted(60));
        }
        ASSERT_GE(beats, 60) << seed;
        ASSERT_LE(beats, 72) << seed;
    }
}

TEST(Heartbeat, ThePercentageIsTheConfigurations) {
    World world;
    world.settings.heartbeat_percent = 50;
    world.playing({}, 60);
    const Time granted_at = world.now;
    (void)world.next(cm::Call::heartbeat);
    EXPECT_GE(world.now - granted_at, 29'100);
    EXPECT_LE(world.now - granted_at, 30'900);
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
        {"", 52'530, 49'470},  // no Expires
        {"Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n", 52'530, 49'470},
        {"Date: Mon, 25 Nov 2024 09:00:00 GMT\r\nExpires: 0\r\n", 52'530, 49'470},
        {"Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n"
         "Expires: Mon, 25 Nov 2024 08:59:51 GMT\r\n",
         52'530, 49'470},  // 9 s before
        {"Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n"
         "Expires: Mon, 25 Nov 2024 09:00:00 GMT\r\n",
         52'530, 49'470},
        {"Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n"
         "Expires: Wed, 25 Nov 2054 09:00:00 GMT\r\n",
         787'950, 742'050},  // 15 min at most
        {"Date: Tue, 25 Nov 2024 09:00:00 GMT\r\n"
         "Expires: Sat, 25 Nov 2024 09:01:40 GMT\r\n",
         87'550, 82'450},  // wrong weekday
        {"Date: Monday, 25-Nov-24 09:00:00 GMT\r\n"
         "Expires: Mon Nov 25 09:01:40 2024\r\n",
         87'550, 82'450},  // the old forms
        {"Date: yesterday\r\nExpires: tomorrow\r\n", 52'530, 49'470},
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
    EXPECT_EQ(world.core().ledgers().counters.lifetimes_missing, 1u);
}

TEST(Heartbeat, Hazard2ALeaseOfASecondIsNoHotLoop) {
    World world;
    world.playing({}, 1);
    // CM throttles at 200 calls a minute (cm-api.md, "Pace").
    EXPECT_LE(world.answer_all(accepted(1), kMinute), 60u * 2 + 8);
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
    EXPECT_EQ(world.saves, saves + 1) << "the outage is over";
    world.answer_all(accepted(60), 10 * kMinute);
    EXPECT_EQ(world.session(id).state(), State::active) << "the grace timer is off";
}

// The one that is heard first has waited up to half a minute for it: the others need not.
TEST(Heartbeat, CmsWordToOneSessionTellsAllOthersToGo) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        World world(seed);
        const std::string ids[] = {world.playing(), world.playing(), world.playing()};
        world.answer_all(unreachable(), 150 * kSecond);
        world.answer(world.next(cm::Call::heartbeat), accepted(60));
        const Time back = world.now;
        for (int i = 0; i < 2; ++i) world.answer(world.next(cm::Call::heartbeat), accepted(60));
        EXPECT_EQ(world.now, back);
        for (const std::string& id : ids) EXPECT_EQ(world.session(id).state(), State::active);
    }
}

TEST(Heartbeat, AViewersStartTellsThemToo) {
    World world;
    const std::string id = world.playing();
    world.answer_all(unreachable(), 100 * kSecond);
    world.start();
    world.answer(world.await(cm::Call::start), granted("cm-2", 60));
    const Time back = world.now;
    EXPECT_EQ(world.next(cm::Call::heartbeat).at, back);
}

TEST(Heartbeat, ButNoStartWhoseOutcomeIsUnknown) {
    World world;
    world.settings.reference = false;
    (void)world.vanished();
    world.answer(world.next(cm::Call::start), lost());
    const Time lost_at = world.now;
    (void)world.playing();
    while (world.first_due() == cm::Call::heartbeat)
        world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_GE(world.next(cm::Call::start).at, lost_at + 90 * kSecond) << "never a blind POST";
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
    EXPECT_EQ(world.session(id).progress.accepted, 1);
}

TEST(Heartbeat, Hazard4WhileTheClockIsNotSetItIsAskedAgain) {
    World world;
    Reply too_early;
    too_early.without_response = cm::Meaning::clock_not_set;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), too_early);
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::clock_not_set) << "not on credit";
    const std::string id = world.playing();
    world.answer(world.next(cm::Call::heartbeat), too_early);
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.session(id).state(), State::active);
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

}  // namespace
}  // namespace cmagent::scenario
