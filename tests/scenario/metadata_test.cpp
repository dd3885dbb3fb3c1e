// Metadata that changes while a session plays.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

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
    EXPECT_EQ(world.session(id).stream.metadata.size(), 1u);
}

TEST(Metadata, MissingOnAHeartbeatIsFilledFromWhatThereIs) {
    World world;
    const std::string id = world.playing(with({{"channel", "news"}, {"show", "a"}}));
    for (int i = 0; i < 2; ++i) {
        world.answer(world.next(cm::Call::heartbeat), refresh());
        world.answer(world.next(cm::Call::metadata), response(200, "", R"(["show"])"));
        const Call again = world.next(cm::Call::heartbeat);
        EXPECT_EQ(again.metadata.at("show"), "a");
        world.answer(again, accepted(60));
    }
    EXPECT_EQ(world.session(id).state(), State::active) << "policies may change more than once";
}

}  // namespace
}  // namespace cmagent::scenario
