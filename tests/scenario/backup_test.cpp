// A UI with a backup (contract.md, "Adapters"): the page is asked first, and what has the picture
// really stops it where the page is not heard.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;
using Strings = std::vector<std::string>;

// The deadline of a stop is 2 s.
constexpr Millis kHalf = kSecond;
constexpr core::Owner kStranger{9, 9};

class Backup : public testing::Test {
  protected:
    Backup() { world.settings.players[kUiPlayer].backup = kMpvPlayer; }

    // A session of the UI that CM has ended, and whose page says nothing for half of the time.
    std::string unheard(const StartOptions& options = {}) {
        const std::string id = world.terminated(options);
        world.advance(kHalf);
        return id;
    }
    // A session of an app that somebody else has ended, and whose page says nothing likewise.
    std::string ended(const StartOptions& options) {
        const std::string id = world.playing(options);
        world.release(id, kStranger);
        return id;
    }
    [[nodiscard]] std::ptrdiff_t ordered(const std::string& order) const {
        return std::count(world.orders.begin(), world.orders.end(), order);
    }

    World world;
};

TEST_F(Backup, Hazard49StopsThePictureOfAPageThatHangs) {
    const std::string id = world.terminated();
    EXPECT_EQ(world.orders, (Strings{"join 0", "join 1", "stop 0"}))
        << "what has the picture is watched from the start on";
    world.advance(kHalf - 1);
    EXPECT_EQ(ordered("stop 1"), 0) << "the page is asked first";
    world.advance(1);
    EXPECT_EQ(ordered("stop 1"), 1);
    EXPECT_EQ(world.session(id).state(), State::stopping);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
    EXPECT_EQ(world.orders,
              (Strings{"join 0", "join 1", "stop 0", "stop 1", "leave 0", "leave 1"}));
    EXPECT_EQ(world.count("playback-stop"), 1U) << "the page hears of it once";
}

TEST_F(Backup, IsNotNeededWhereThePageConfirms) {
    const std::string id = world.terminated();
    EXPECT_EQ(world.stopped(id), Refusal::none);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
    world.advance(kMinute);
    EXPECT_EQ(ordered("stop 1"), 0);
    EXPECT_EQ(ordered("force 1"), 0);
}

TEST_F(Backup, OrderIsGivenUpWhenThePageConfirmsAfterAll) {
    const std::string id = unheard();
    world.cancelled.clear();
    EXPECT_EQ(world.stopped(id), Refusal::none);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
    EXPECT_EQ(world.cancelled, (std::vector<int>{kUiPlayer, kMpvPlayer}));
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped") << "late, and of no use";
}

TEST_F(Backup, PageThatEndsItsSessionHasStopped) {
    const std::string id = unheard();
    EXPECT_EQ(world.release(id), Refusal::none);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
}

TEST_F(Backup, ThatHangsIsForcedAtTheDeadline) {
    const std::string id = unheard();
    world.advance(kHalf - 1);
    EXPECT_EQ(ordered("force 1"), 0);
    world.advance(1);
    EXPECT_EQ(ordered("force 0"), 1) << "a UI may have a command of its own";
    EXPECT_EQ(ordered("force 1"), 1);
    world.player(kUiPlayer, What::unreachable);
    EXPECT_EQ(world.session(id).state(), State::stopping) << "it has none: that decides nothing";
    world.player(kMpvPlayer, What::forced);
    EXPECT_EQ(world.end_of(id), "remote-termination/forced");
}

TEST_F(Backup, CommandOfTheUiThatHasForcedItIsEnough) {
    const std::string id = unheard();
    world.advance(kHalf);
    world.player(kUiPlayer, What::forced);
    EXPECT_EQ(world.end_of(id), "remote-termination/forced");
    EXPECT_EQ(world.cancelled, (std::vector<int>{kUiPlayer, kMpvPlayer}));
}

TEST_F(Backup, ThatCannotBeReachedIsForcedAtOnce) {
    const std::string id = unheard();
    world.player(kMpvPlayer, What::unreachable);
    EXPECT_EQ(ordered("force 1"), 1);
    world.player(kMpvPlayer, What::unreachable);
    EXPECT_EQ(world.end_of(id), "remote-termination/unconfirmed") << "both are gone";
}

TEST_F(Backup, ThatIsForcedInVainIsUnconfirmed) {
    const std::string id = unheard();
    world.advance(kHalf + 2 * kSecond);
    EXPECT_EQ(world.end_of(id), "remote-termination/unconfirmed");
}

TEST_F(Backup, ThatEndsByItselfHasNothingLeftThatPlays) {
    const std::string id = unheard();
    world.player(kMpvPlayer, What::exited);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
}

TEST_F(Backup, StopsWhatAPageThatHasGoneLeavesBehind) {
    world.settings.players[kUiPlayer].lost = kSecond;
    const std::string id = world.playing(of(kApp));
    world.advance(kSecond);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::ui_lost);
    EXPECT_EQ(ordered("stop 1"), 1) << "there is nobody who could be asked first";
    EXPECT_EQ(ordered("force 1"), 0);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "ui-lost/stopped");
}

TEST_F(Backup, NewsWithoutAnOrderMeanNothing) {
    const std::string id = world.playing();
    for (const What what : {What::stopped, What::forced, What::unreachable, What::exited}) {
        world.player(kMpvPlayer, what);
        EXPECT_EQ(world.session(id).state(), State::active);
    }
    world.shut_down();
    for (const What what : {What::stopped, What::forced, What::unreachable, What::exited}) {
        world.player(kMpvPlayer, what);
        EXPECT_EQ(world.session(id).state(), State::stopping) << "only the page was told so far";
    }
    EXPECT_EQ(ordered("force 1"), 0);
}

// --- several sessions ---

TEST_F(Backup, OneStopIsThatOfAllWhoseBackupWasToldAndOfNoOther) {
    const std::string one = world.playing(of(kApp));
    const std::string other = world.playing(of(kOtherApp));
    const std::string third = world.playing();
    world.release(one, kStranger);
    world.release(other, kStranger);
    world.advance(kHalf);
    EXPECT_EQ(ordered("stop 1"), 2);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(one), "user/stopped");
    EXPECT_EQ(world.end_of(other), "user/stopped");
    EXPECT_EQ(world.session(third).state(), State::active)
        << "its page knows better what it shows where";
}

TEST_F(Backup, StopEndsASessionOfItsOwnToo) {
    const std::string own = world.playing(on_mpv());
    const std::string id = ended(of(kApp));
    world.advance(kHalf);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "user/stopped");
    EXPECT_EQ(world.end_of(own), "player-exited/stopped") << "nothing plays there any more";
}

TEST_F(Backup, OrderThatStopsASessionOfItsOwnIsNotGivenUpWithThePage) {
    const std::string own = world.playing(on_mpv());
    const std::string id = ended(of(kApp));
    world.release(own, kStranger);
    EXPECT_EQ(ordered("stop 1"), 1);
    world.stopped(id, kApp);
    EXPECT_EQ(world.end_of(id), "user/stopped");
    EXPECT_EQ(world.cancelled, (std::vector<int>{kUiPlayer}));
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(own), "user/stopped");
}

TEST_F(Backup, StopOfASessionOfItsOwnSaysNothingOfAPageThatIsStillAsked) {
    const std::string own = world.playing(on_mpv());
    const std::string id = ended(of(kApp));
    world.release(own, kStranger);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(own), "user/stopped");
    EXPECT_EQ(world.session(id).state(), State::stopping);
    world.advance(kHalf);
    EXPECT_EQ(ordered("stop 1"), 2);
}

TEST_F(Backup, EndOfTheUiSaysNothingOfASessionOfTheBackupsOwn) {
    const std::string own = world.playing(on_mpv());
    world.release(own, kStranger);
    world.advance(2 * kSecond);
    EXPECT_EQ(ordered("force 1"), 1);
    world.player(kUiPlayer, What::exited);
    EXPECT_EQ(world.session(own).state(), State::stopping);
    world.player(kMpvPlayer, What::forced);
    EXPECT_EQ(world.end_of(own), "user/forced");
}

TEST_F(Backup, StartOnTheUiWaitsForAnOrderThatWouldHitIt) {
    const std::string id = unheard();
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), granted("cm-next", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
    world.advance(0);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
}

TEST_F(Backup, StartOfItsOwnWaitsForAnOrderThatIsAboutToCome) {
    const std::string id = world.terminated();
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), granted("cm-next", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.stopped(id);
    world.advance(0);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
}

// --- what else ends playback ---

TEST_F(Backup, IsAskedOnceMoreAfterACrashOfTheDaemon) {
    const std::string id = unheard();
    world.crash();
    world.advance(kHalf);
    EXPECT_EQ(ordered("stop 1"), 2);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
}

TEST_F(Backup, HistoryTellsWhenThePageWasAsked) {
    (void)unheard();
    world.advance(100);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.latest_entry().stop_to_verified_ms.value(), kHalf + 100)
        << "from the first order on, which was the page's";
}

}  // namespace
}  // namespace cmagent::scenario
