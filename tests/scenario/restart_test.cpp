// Sessions that CM has lost, and what is asked for in their place.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;

TEST(SilentRestart, Hazard7BareGoneOrUnknownIsAskedForAnewWhilePlayingGoesOn) {
    for (const int status : {410, 404}) {
        World world;
        StartOptions options = with({{"channel", "news"}});
        options.terminate = {"c1"};
        const std::string id = world.playing(options);
        world.change(id, {{"show", "b"}});
        world.answer(world.next(cm::Call::heartbeat), response(status));
        const Call start = world.next(cm::Call::start);
        EXPECT_TRUE(start.terminate.empty()) << "it takes nobody's place";
        EXPECT_EQ(start.metadata.at("channel"), "news");
        EXPECT_EQ(start.metadata.at("show"), "b");
        EXPECT_EQ(world.session(id).state(), State::active) << "no user is to be aware";
        EXPECT_EQ(world.count("playback-stop"), 0u);
        world.answer(start, granted("cm-2", 60));
        EXPECT_EQ(world.next(cm::Call::heartbeat).session, "cm-2");
        EXPECT_EQ(world.core().ledgers().counters.silent_restarts, 1u);
    }
}

TEST(SilentRestart, Hazard7AGoneThatSaysNothingIsABareOne) {
    for (const Reply& reply : {fixture(410, "410-service-empty"), response(410, "", "{}"),
                               response(410, "", R"({"obligations":[{"id":"o-1"}]})")}) {
        World world;
        const std::string id = world.playing();
        world.answer(world.next(cm::Call::heartbeat), reply);
        world.answer(world.next(cm::Call::start), granted("cm-2", 60));
        EXPECT_EQ(world.session(id).state(), State::active);
        EXPECT_EQ(world.count("playback-stop"), 0u);
    }
}

TEST(SilentRestart, Hazard7NotAgainBeforeThreeAcceptedHeartbeats) {
    for (int accepted_before = 0; accepted_before <= 3; ++accepted_before) {
        World world;
        const std::string id = world.vanished(on_mpv());
        world.answer(world.next(cm::Call::start), granted("cm-2", 60));
        for (int i = 0; i < accepted_before; ++i)
            world.answer(world.next(cm::Call::heartbeat), accepted(60));
        world.answer(world.next(cm::Call::heartbeat), response(410));
        const bool allowed = accepted_before == 3;
        EXPECT_EQ(world.in_flight(), allowed ? 1u : 0u) << accepted_before;
        EXPECT_EQ(world.session(id).state(), allowed ? State::active : State::stopping);
    }
}

TEST(SilentRestart, Hazard7DeniedThenPlaybackStops) {
    World world;
    const std::string id = world.vanished(on_mpv());
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    EXPECT_EQ(world.orders.back(), "stop 1");
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "denied/stopped");
    EXPECT_TRUE(world.core().idle());
}

TEST(SilentRestart, Hazard7TakesNobodysPlaceEvenWhereTheOldestIsTaken) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    world.vanished(on_mpv());
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    EXPECT_EQ(world.in_flight(), 0u) << "a kick war would begin here";
    EXPECT_EQ(world.orders.back(), "stop 1");
}

TEST(SilentRestart, UnreachableCmMeansGrace) {
    World world;
    const std::string id = world.vanished(on_mpv());
    world.answer(world.next(cm::Call::start), unreachable());
    EXPECT_EQ(world.session(id).state(), State::grace);
    world.answer_all(unreachable(), 180 * kSecond);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::unreachable);
}

TEST(SilentRestart, WithinGraceDoesNotBeginItAnew) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer_all(unreachable(), 160 * kSecond);  // the lease, and 100 s of grace
    world.answer(world.next(cm::Call::heartbeat), response(410));
    world.answer(world.next(cm::Call::start), unreachable());
    ASSERT_EQ(world.session(id).state(), State::grace);
    world.answer_all(unreachable(), 80 * kSecond);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::unreachable);
}

TEST(SilentRestart, UnreachableCmMeansTheEndWhereSoConfigured) {
    World world;
    world.settings.on_unreachable = core::OnUnreachable::deny;
    const std::string id = world.vanished(on_mpv());
    world.answer(world.next(cm::Call::start), unreachable());
    EXPECT_EQ(world.session(id).state(), State::stopping);
}

TEST(SilentRestart, ThrottledGoesOnPlaying) {
    World world;
    const std::string id = world.vanished();
    world.answer(world.next(cm::Call::start), response(429));
    world.advance(60 * kSecond - 1);
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(SilentRestart, UnknownOutcomeIsLookedUpWithinGrace) {
    World world;
    const std::string id = world.vanished(on_mpv());
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), unreachable());
    EXPECT_EQ(world.session(id).state(), State::grace);
    const Call look = world.next(cm::Call::running_streams);
    world.answer(look, streams_with("cm-2", start));
    EXPECT_EQ(world.session(id).state(), State::active);
    EXPECT_EQ(world.next(cm::Call::heartbeat).session, "cm-2");
}

// CM has been away for so long that pauses take up to half a minute (simulation, seed 893 of 24
// hours).
TEST(SilentRestart, Hazard13AfterALookThatFoundNothingPausesAreShortAgain) {
    World world;
    const std::string id = world.playing(on_mpv());
    for (int round = 0; round < 20; ++round) {
        world.answer(world.next(cm::Call::heartbeat), response(410));
        world.answer(world.next(cm::Call::start), lost());
        for (int i = 0; i < 4; ++i)
            world.answer(world.next(cm::Call::running_streams), unreachable());
        world.answer(world.next(cm::Call::running_streams), no_streams());
        const Time answered = world.now;
        const Call start = world.next(cm::Call::start);
        EXPECT_LE(world.now - answered, core::Pace::kFirstBackoff);
        world.answer(start, granted("cm-2", 60));
        ASSERT_EQ(world.session(id).state(), State::active);
        for (int i = 0; i < 3; ++i) world.answer(world.next(cm::Call::heartbeat), accepted(60));
    }
}

TEST(SilentRestart, UnknownOutcomeDoesNotLastForEver) {
    World world;
    const std::string id = world.vanished(on_mpv());
    world.answer(world.next(cm::Call::start), lost());
    const Time end = world.now + 400 * kSecond;
    while (world.now < end && world.session(id).state() != State::ended) {
        world.advance(100);
        while (world.in_flight() > 0) {
            // Starts get lost, look-ups find nothing.
            const Call call = world.next(world.first_due());
            world.answer(call, call.kind == cm::Call::start ? lost() : no_streams());
        }
    }
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::unreachable);
}

TEST(SilentRestart, UnknownOutcomeWithoutGraceEndsAndIsStillGivenBack) {
    World world;
    world.settings.on_unreachable = core::OnUnreachable::deny;
    const std::string id = world.vanished(on_mpv());
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), unreachable());
    EXPECT_EQ(world.session(id).state(), State::stopping);
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-2", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-2");
}

TEST(SilentRestart, ViewerWhoLeavesMeanwhileLeavesNoSession) {
    World world;
    const std::string id = world.vanished();
    const Call start = world.next(cm::Call::start);
    world.release(id);
    world.answer(start, granted("cm-2", 60));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-2");
}

}  // namespace
}  // namespace cmagent::scenario
