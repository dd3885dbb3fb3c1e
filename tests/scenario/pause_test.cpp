// A pause, as the household is told of it, and as it survives.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;
using Pairs = std::map<std::string, std::string>;

const Pairs kPaused = {
    {"channel", "news"}, {"playState", "paused"}, {"pausedSince", "2023-11-14T22:13:20.000Z"}};

// What the heartbeat says besides what CM holds for good.
Pairs news(const Call& heartbeat) {
    Pairs pairs = heartbeat.metadata;
    pairs.erase("channel");
    return pairs;
}

TEST(Pause, TheHouseholdIsToldOfItWithTheHeartbeats) {
    World world;
    const std::string id = world.playing();
    world.pause(id, true);
    Call heartbeat = world.next(cm::Call::heartbeat);
    EXPECT_EQ(news(heartbeat),
              (Pairs{{"playState", "paused"}, {"pausedSince", "2023-11-14T22:13:20.000Z"}}));
    world.answer(heartbeat, accepted(60));
    heartbeat = world.next(cm::Call::heartbeat);
    EXPECT_EQ(news(heartbeat), Pairs{}) << "once";
    world.answer(heartbeat, accepted(60));
    world.change(id, {{"show", "Friends"}});
    heartbeat = world.next(cm::Call::heartbeat);
    EXPECT_EQ(news(heartbeat), (Pairs{{"show", "Friends"},
                                      {"playState", "paused"},
                                      {"pausedSince", "2023-11-14T22:13:20.000Z"}}))
        << "with all others";
    world.answer(heartbeat, accepted(60));
    world.pause(id, false);
    heartbeat = world.next(cm::Call::heartbeat);
    EXPECT_EQ(news(heartbeat), (Pairs{{"show", "Friends"}, {"playState", "playing"}}));
    EXPECT_FALSE(world.session(id).stream.metadata.has("playState")) << "the app has not said it";
}

TEST(Pause, WithoutAClockNobodyIsToldSinceWhen) {
    World world;
    world.core().set_clock(0, world.now);
    world.pause(world.playing(), true);
    EXPECT_EQ(news(world.next(cm::Call::heartbeat)), (Pairs{{"playState", "paused"}}));
}

TEST(Pause, TheAppsOwnWordsGoBefore) {
    World world;
    world.pause(world.playing(with({{"pausedSince", "noon"}})), true);
    EXPECT_EQ(news(world.next(cm::Call::heartbeat)),
              (Pairs{{"pausedSince", "noon"}, {"playState", "paused"}}));
    World other;
    other.pause(other.playing(with({{"playState", "buffering"}})), true);
    EXPECT_EQ(news(other.next(cm::Call::heartbeat)), (Pairs{{"playState", "buffering"}}));
}

TEST(Pause, IsNobodysBusinessWhereItIsConfiguredSo) {
    World world;
    world.settings.tell_pause = false;
    world.pause(world.playing(), true);
    EXPECT_EQ(news(world.next(cm::Call::heartbeat)), Pairs{});
}

TEST(Pause, WhatElseTheAppHasToldGoesAlong) {
    World world;
    world.settings.tell_pause = false;
    const std::string id = world.playing();
    world.change(id, {{"show", "Friends"}});
    world.pause(id, true);
    EXPECT_EQ(news(world.next(cm::Call::heartbeat)), (Pairs{{"show", "Friends"}}));
}

TEST(Pause, GoesWithASilentRestart) {
    World world;
    const std::string id = world.playing();
    world.pause(id, true);
    world.answer(world.next(cm::Call::heartbeat), response(410));
    Call start = world.next(cm::Call::start);
    start.metadata.erase("agentReference");
    EXPECT_EQ(start.metadata, kPaused);
}

TEST(Pause, SurvivesACrashOfTheDaemon) {
    World world;
    const std::string id = world.playing();
    world.pause(id, true);
    world.crash();
    EXPECT_TRUE(world.session(id).progress.paused);
    const Call heartbeat = world.next(cm::Call::heartbeat);
    EXPECT_EQ(news(heartbeat).at("playState"), "paused") << "told again";
    EXPECT_EQ(news(heartbeat).at("pausedSince"), "2023-11-14T22:13:20.000Z");
    world.answer_all(accepted(60), world.settings.pause);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::paused);
}

TEST(Pause, ThatIsOverSurvivesACrashToo) {
    World world;
    const std::string id = world.playing();
    world.pause(id, true);
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    world.pause(id, false);
    world.crash();
    EXPECT_FALSE(world.session(id).progress.paused);
    EXPECT_EQ(news(world.next(cm::Call::heartbeat)), (Pairs{{"playState", "playing"}}));
}

TEST(Pause, EndsWithTheDaemonThatIsNotToResume) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.pause(id, true);
    world.begin(world.flash, false, false);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::shutdown);
}

TEST(Pause, ThereIsRoomForItBesideAllThatTheAppSays) {
    World world;
    Pairs full;
    for (int i = 0; i < 47; ++i) full["name" + std::to_string(i)] = "x";
    world.pause(world.playing(with(full)), true);
    EXPECT_EQ(world.next(cm::Call::heartbeat).metadata.size(), 49u);
}

// --- by the player's own controls: its remote, its own window ---

TEST(Pause, OfThePlayersOwnIsThatOfEverySessionOnIt) {
    World world;
    const std::string here = world.playing(on_mpv());
    const std::string beside = world.playing(on_mpv());
    const std::string elsewhere = world.playing();
    world.player(kMpvPlayer, What::paused);
    EXPECT_TRUE(world.session(here).progress.paused);
    EXPECT_TRUE(world.session(beside).progress.paused);
    EXPECT_FALSE(world.session(elsewhere).progress.paused);
    EXPECT_EQ(world.count("session-updated"), 2u);
    world.player(kMpvPlayer, What::playing);
    EXPECT_FALSE(world.session(here).progress.paused);
    EXPECT_EQ(world.count("session-updated"), 4u);
}

TEST(Pause, OfThePlayersOwnIsToldAndEndsAsTheAppsDoes) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.player(kMpvPlayer, What::paused);
    const Call heartbeat = world.next(cm::Call::heartbeat);
    EXPECT_EQ(news(heartbeat).at("playState"), "paused");
    world.answer(heartbeat, accepted(60));
    world.answer_all(accepted(60), world.settings.pause);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::paused);
}

TEST(Pause, ThatThePlayerTellsAgainIsTheSamePause) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.player(kMpvPlayer, What::playing);
    EXPECT_EQ(world.count("session-updated"), 0u) << "nothing new";
    world.pause(id, true);
    const std::size_t saves = world.saves;
    world.answer_all(accepted(60), world.settings.pause / 2);
    world.player(kMpvPlayer, What::paused);
    EXPECT_EQ(world.count("session-updated " + id), 1u) << "of the app's own word";
    EXPECT_EQ(world.saves, saves);
    world.answer_all(accepted(60), world.settings.pause / 2);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::paused);
}

TEST(Pause, IsNoneWhileAStopRuns) {
    World world;
    const std::string id = world.terminated(on_mpv());
    world.player(kMpvPlayer, What::paused);
    EXPECT_FALSE(world.session(id).progress.paused);
    EXPECT_EQ(world.count("session-updated"), 0u);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
    world.player(kMpvPlayer, What::paused);
    EXPECT_FALSE(world.session(id).progress.paused) << "nothing of ours plays there";
}

}  // namespace
}  // namespace cmagent::scenario
