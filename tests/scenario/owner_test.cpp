// Who asked: what only the owner of a session may do, and what comes of it where somebody else does it
// (contract.md, "Owner").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;
using Strings = std::vector<std::string>;

// Nobody with another key, and nobody without one; without a key a session is all of theirs.
struct Stranger {
    core::Owner owner;
    core::Owner stranger;
};
constexpr Stranger kStrangers[] = {{kApp, kOtherApp}, {kApp, kNobody}, {kNobody, kApp}};

TEST(Owner, Hazard30OnlyHeConfirmsThatPlaybackHasStopped) {
    for (const auto& [owner, stranger] : kStrangers) {
        World world;
        const std::string id = world.terminated(of(owner));
        EXPECT_EQ(world.stopped(id, stranger), Refusal::not_owner);
        EXPECT_EQ(world.session(id).state(), State::stopping);
        world.advance(2 * kSecond);
        EXPECT_EQ(world.orders.back(), "force 0") << "whoever else has said that it has stopped";
        EXPECT_EQ(world.stopped(id, owner), Refusal::none);
        EXPECT_EQ(world.end_of(id), "remote-termination/forced");
        EXPECT_EQ(world.stopped(id, stranger), Refusal::not_owner) << "afterwards, too";
    }
}

TEST(Owner, OnlyHeChangesTheSession) {
    for (const auto& [owner, stranger] : kStrangers) {
        World world;
        const std::string id = world.playing(of(owner));
        EXPECT_EQ(world.change(id, {{"programme", "x"}}, stranger), Refusal::not_owner);
        EXPECT_EQ(world.pause(id, true, stranger), Refusal::not_owner);
        EXPECT_FALSE(world.session(id).progress.paused);
        EXPECT_EQ(world.pause(id, true, owner), Refusal::none);
        EXPECT_TRUE(world.session(id).progress.paused);
    }
}

TEST(Owner, HisReleaseIsBelieved) {
    World world;
    const std::string id = world.playing(of(kApp));
    world.release(id, kApp);
    EXPECT_EQ(world.end_of(id), "user/untouched");
    EXPECT_EQ(world.orders, (Strings{"join 0", "leave 0"}));
}

TEST(Owner, Hazard30ReleaseByAnybodyElseIsAnOrderThatIsVerified) {
    for (const auto& [owner, stranger] : kStrangers) {
        World world;
        const std::string id = world.playing(of(owner));
        EXPECT_EQ(world.release(id, stranger), Refusal::none);
        EXPECT_EQ(world.notices.back(), "playback-stop " + id);
        EXPECT_EQ(world.session(id).state(), State::stopping);
        EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
        world.advance(2 * kSecond);
        EXPECT_EQ(world.orders.back(), "force 0");
        world.player(kUiPlayer, What::forced);
        EXPECT_EQ(world.end_of(id), "user/forced");
    }
}

TEST(Owner, ReleaseByAnybodyElseStopsAPlayer) {
    World world;
    const std::string id = world.playing(of(kApp, kMpvPlayer));
    world.release(id, kNobody);
    EXPECT_EQ(world.orders.back(), "stop 1");
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "user/stopped");
}

TEST(Owner, ReleaseByAnybodyElseEndsAStart) {
    World world;
    const Ticket ticket = world.start(of(kApp));
    const std::string id(world.core().ledgers().sessions[0].id.view());
    world.release(id, kOtherApp);
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::replaced);
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
}

TEST(Owner, ReplacingWhatIsAnothersIsAnOrderToo) {
    for (const core::Zap zap : {core::Zap::delete_first, core::Zap::atomic}) {
        World world;
        world.settings.zap = zap;
        const std::string old = world.playing(of(kApp));
        StartOptions options = of(kOtherApp);
        options.replaces = old;
        const Ticket ticket = world.start(options);
        EXPECT_EQ(world.notices.back(), "playback-stop " + old);
        EXPECT_EQ(world.session(old).state(), State::stopping);
        if (zap == core::Zap::delete_first) world.answer(world.next(cm::Call::end), response(202));
        world.answer(world.await(cm::Call::start), granted("cm-2", 60));
        EXPECT_EQ(world.outcome(ticket).kind, Outcome::started) << "each picture has its own UI";
        world.stopped(old, kApp);
        EXPECT_EQ(world.end_of(old), "user/stopped");
    }
}

TEST(Owner, Hazard30OnlyHeResolvesWaitsAndGivesUp) {
    for (const auto& [owner, stranger] : kStrangers) {
        World world;
        const std::string conflict = world.limited(of(owner));
        world.resolve(conflict, {"51fd351f"}, stranger);
        EXPECT_EQ(world.refusal(), Refusal::not_owner);
        EXPECT_EQ(world.wait(conflict, 15 * kMinute, true, stranger), Refusal::not_owner);
        world.give_up(conflict, stranger);
        EXPECT_EQ(world.refusal(), Refusal::not_owner);
        EXPECT_FALSE(world.conflict(conflict).over());
        EXPECT_EQ(world.in_flight(), 0u);
        EXPECT_EQ(world.wait(conflict, 15 * kMinute, false, owner), Refusal::none);
        const Ticket ticket = world.resolve(conflict, {"51fd351f"}, owner);
        world.answer(world.await(cm::Call::start), granted("cm-2", 60));
        const std::string id = world.outcome(ticket).session;
        EXPECT_TRUE(world.session(id).stream.owner == owner) << "what comes of it is his";
        world.give_up(conflict, owner);
        EXPECT_EQ(world.refusal(), Refusal::none);
    }
}

TEST(Owner, IsKnownAfterACrashAndOfWhatIsSilentlyStartedAgain) {
    World world;
    const std::string id = world.playing(of(kApp));
    const std::string conflict = world.limited(of(kApp));
    world.crash();
    EXPECT_EQ(world.stopped(id, kOtherApp), Refusal::not_owner);
    world.resolve(conflict, {"51fd351f"}, kOtherApp);
    EXPECT_EQ(world.refusal(), Refusal::not_owner);
    world.answer(world.next(cm::Call::heartbeat), response(410));
    world.answer(world.next(cm::Call::start), granted("cm-9", 60));
    EXPECT_EQ(world.stopped(id, kOtherApp), Refusal::not_owner);
    EXPECT_EQ(world.stopped(id, kApp), Refusal::none);
}

// --- waiting for a place, by its owner's presence ---

TEST(OwnerWaiting, EndsWhenHeHasBeenAwayWhoeverElseListens) {
    World world;
    const std::string conflict = world.limited(of(kApp));
    world.listeners({kApp, kOtherApp, kNobody});
    ASSERT_EQ(world.wait(conflict, 30 * kMinute, true, kApp), Refusal::none);
    world.answer_all(unreachable(), 10 * kMinute);
    EXPECT_TRUE(world.conflict(conflict).wait.on());
    world.listeners({kOtherApp, kNobody});
    world.answer_all(unreachable(), 59 * kSecond);
    EXPECT_TRUE(world.conflict(conflict).wait.on());
    world.answer_all(unreachable(), kSecond);
    EXPECT_FALSE(world.conflict(conflict).wait.on());
}

TEST(OwnerWaiting, CallsOfHisKeepIt) {
    World world;
    const std::string conflict = world.limited(of(kApp));
    ASSERT_EQ(world.wait(conflict, 30 * kMinute, true, kApp), Refusal::none);
    for (int minute = 0; minute < 5; ++minute) {
        world.answer_all(unreachable(), 59 * kSecond);
        world.call(kApp);
    }
    EXPECT_TRUE(world.conflict(conflict).wait.on());
    world.call(kOtherApp);
    world.answer_all(unreachable(), 60 * kSecond);
    EXPECT_FALSE(world.conflict(conflict).wait.on());
}

}  // namespace
}  // namespace cmagent::scenario
