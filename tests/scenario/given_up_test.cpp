// What the core has given up the player stops trying (contract.md, "Stopping playback").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;
using Players = std::vector<int>;

TEST(GivenUp, IsAForceThatHasComeToItsDeadline) {
    World world;
    const std::string id = world.terminated(on_mpv());
    world.advance(4 * kSecond - 1);
    EXPECT_TRUE(world.cancelled.empty());
    world.advance(1);
    EXPECT_EQ(world.end_of(id), "remote-termination/unconfirmed");
    EXPECT_EQ(world.cancelled, Players{kMpvPlayer});
    EXPECT_EQ(world.orders.back(), "leave 1") << "given up first";
}

TEST(GivenUp, IsWhatTheUiHasConfirmedWhileItsForceRuns) {
    World world;
    const std::string id = world.terminated();
    world.advance(2 * kSecond);
    ASSERT_EQ(world.orders.back(), "force 0");
    EXPECT_EQ(world.stopped(id), Refusal::none);
    EXPECT_EQ(world.cancelled, Players{kUiPlayer});
}

TEST(GivenUp, IsNothingWhereTheViewerHasStoppedByHimself) {
    World world;
    (void)world.release(world.playing(on_mpv()));
    EXPECT_TRUE(world.cancelled.empty());
}

TEST(GivenUp, IsNotAnOrderThatStopsAnotherSessionToo) {
    World world;
    StartOptions another = on_mpv();
    another.subject = "another";
    const std::string id = world.playing(on_mpv());
    const std::string other = world.playing(another);
    world.logout();
    world.advance(kSecond);
    world.logout("another");
    world.advance(3 * kSecond);
    EXPECT_EQ(world.end_of(id), "logout/unconfirmed");
    EXPECT_EQ(world.session(other).state(), State::stopping);
    EXPECT_TRUE(world.cancelled.empty());
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.cancelled, Players{kMpvPlayer});
}

}  // namespace
}  // namespace cmagent::scenario
