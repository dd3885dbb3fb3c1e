// Several sessions and one player: who takes whose place, and what an order, a stop and an end of the
// player mean for the others (contract.md, "Players").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;
using Strings = std::vector<std::string>;

// --- exclusive ---

class ExclusivePlayer : public testing::Test {
  protected:
    ExclusivePlayer() { world.settings.players[kMpvPlayer].exclusive = true; }

    // A 409 that lists the session of that name with its code.
    static Reply limit_by(const std::string& cm_id, const std::string& code) {
        return limit(R"({")" + cm_id + R"(":[{"terminationCode":")" + code + R"("}]})");
    }
    // CM's answer to the only start that is out.
    void grant(const std::string& cm_id) {
        world.answer(world.next(cm::Call::start), granted(cm_id, 60));
    }

    World world;
};

TEST_F(ExclusivePlayer, Hazard31StartTakesThePlaceOfWhatPlaysThereWhosesoeverItIs) {
    const std::string forgotten = world.playing(of(kApp, kMpvPlayer));
    const Ticket ticket = world.start(of(kOtherApp, kMpvPlayer));
    EXPECT_EQ(world.session(forgotten).state(), State::active) << "until CM has granted it";
    grant("cm-2");
    const std::string id = world.outcome(ticket).session;
    EXPECT_EQ(world.end_of(forgotten), "replaced/untouched");
    EXPECT_EQ(world.orders, (Strings{"join 1", "leave 1", "join 1"})) << "nobody is stopped";
    const core::Session* const by =
        world.core().ledgers().sessions.replacement_of(world.session(forgotten));
    ASSERT_NE(by, nullptr);
    EXPECT_EQ(by->id.view(), id);
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
    EXPECT_EQ(world.session(id).state(), State::active);
    world.player(kMpvPlayer, What::exited);
    EXPECT_EQ(world.end_of(id), "player-exited/stopped");
}

TEST_F(ExclusivePlayer, StartThatCmRefusesTakesNobodysPlace) {
    const std::string id = world.playing(on_mpv());
    (void)world.limited(on_mpv());
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST_F(ExclusivePlayer, StartOnCreditTakesItsPlaceToo) {
    const std::string old = world.playing(on_mpv());
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), unreachable());
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.end_of(old), "replaced/untouched");
}

TEST_F(ExclusivePlayer, OtherPlayersAreNoConcernOfIts) {
    const std::string there = world.terminated();
    const std::string here = world.playing(on_mpv());
    world.stopped(there);
    const std::string again = world.playing();
    const std::string next = world.playing(on_mpv());
    EXPECT_EQ(world.end_of(here), "replaced/untouched");
    EXPECT_EQ(world.session(again).state(), State::active);
    EXPECT_EQ(world.session(next).state(), State::active);
}

TEST_F(ExclusivePlayer, ItsPlaceIsFreeForTheNextStart) {
    world.settings.max_sessions = 1;
    const std::string old = world.playing(on_mpv());
    const Ticket ticket = world.start(on_mpv());
    EXPECT_EQ(world.refusal(), Refusal::none) << "it is going to be the only one";
    world.start(on_mpv());
    EXPECT_EQ(world.refusal(), Refusal::too_many_sessions);
    grant("cm-2");
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    world.start();
    EXPECT_EQ(world.refusal(), Refusal::too_many_sessions);
    world.player(kMpvPlayer, What::exited);
    world.answer_all(response(202), 0);
    world.playing();
    world.start(on_mpv());
    EXPECT_EQ(world.refusal(), Refusal::too_many_sessions) << "what plays elsewhere stays";
}

TEST_F(ExclusivePlayer, Hazard31StartIsAnsweredWhenTheStopThatRunsHasEnded) {
    const std::string old = world.terminated(on_mpv());
    const Ticket ticket = world.start(on_mpv());
    grant("cm-2");
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    EXPECT_EQ(world.orders, (Strings{"join 1", "stop 1"}));
    EXPECT_EQ(world.count("session-started"), 1u);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(old), "remote-termination/stopped");
    world.advance(0);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.orders, (Strings{"join 1", "stop 1", "leave 1", "join 1"}));
    EXPECT_EQ(world.end_of(old), "remote-termination/stopped") << "its own end stays";
}

TEST_F(ExclusivePlayer, StartWaitsForForceToo) {
    world.terminated(on_mpv());
    const Ticket ticket = world.start(on_mpv());
    grant("cm-2");
    world.advance(4 * kSecond - 1);
    EXPECT_EQ(world.orders.back(), "force 1");
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.advance(1);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started) << "the old one is given up";
    const std::string id = world.outcome(ticket).session;
    world.player(kMpvPlayer, What::forced);
    EXPECT_EQ(world.session(id).state(), State::active) << "nobody waits for that news any more";
}

TEST_F(ExclusivePlayer, OrderToStopWhatItReplacesEndsFirst) {
    const std::string old = world.playing(of(kApp, kMpvPlayer));
    StartOptions options = of(kOtherApp, kMpvPlayer);
    options.replaces = old;
    const Ticket ticket = world.start(options);
    EXPECT_EQ(world.orders.back(), "stop 1");
    world.answer(world.next(cm::Call::end), response(202));
    grant("cm-2");
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.player(kMpvPlayer, What::stopped);
    world.advance(0);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.end_of(old), "user/stopped");
}

TEST_F(ExclusivePlayer, LeaseOfAStartThatWaitsIsKeptAlive) {
    world.settings.players[kMpvPlayer].stop_deadline = 120 * kSecond;
    world.terminated(on_mpv());
    const Ticket ticket = world.start(on_mpv());
    grant("cm-2");
    EXPECT_EQ(world.answer_all(accepted(60), 120 * kSecond), 2u);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.player(kMpvPlayer, What::stopped);
    world.advance(0);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
}

TEST_F(ExclusivePlayer, OfSeveralThatWaitOnlyTheLastBegins) {
    (void)world.playing();  // on another player, which is no matter here
    world.terminated(on_mpv());
    world.start();
    const Ticket first = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    const Ticket second = world.start(on_mpv());  // in the record that has become free
    const Call one = world.next(cm::Call::start);
    const Call two = world.next(cm::Call::start);
    world.answer(two, granted("cm-3", 60));
    world.answer(one, granted("cm-2", 60));
    world.advance(0);
    EXPECT_EQ(world.outcome(first).refusal, Refusal::replaced) << "its viewer is to begin nothing";
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-2");
    const Ticket third = world.start(on_mpv());
    grant("cm-4");
    world.advance(0);
    EXPECT_EQ(world.outcome(second).refusal, Refusal::replaced);
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-3");
    world.player(kMpvPlayer, What::stopped);
    world.advance(0);
    EXPECT_EQ(world.session(world.outcome(third).session).state(), State::active);
    EXPECT_EQ(world.orders, (Strings{"join 0", "join 1", "stop 1", "leave 1", "join 1"}));
}

TEST_F(ExclusivePlayer, StartOfAWaitingIsToldOfThoughALaterOneWaits) {
    world.settings.players[kMpvPlayer].stop_deadline = 120 * kSecond;
    world.listeners({kNobody});
    world.terminated(on_mpv());
    const Ticket limited = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), limit_by("elsewhere", "a"));
    const std::string conflict = world.outcome(limited).conflict;
    EXPECT_EQ(world.wait(conflict, 15 * kMinute, true), Refusal::none);
    world.answer(world.await(cm::Call::running_streams), no_streams());
    world.answer(world.await(cm::Call::start), granted("cm-2", 60));
    const Ticket later = world.start(on_mpv());
    grant("cm-3");
    world.advance(0);
    EXPECT_EQ(world.count("session-started"), 1u);
    world.player(kMpvPlayer, What::stopped);
    world.advance(0);
    EXPECT_EQ(world.count("session-started"), 3u) << "the UI that has waited learns of it";
    EXPECT_EQ(world.session(world.outcome(later).session).state(), State::active);
}

TEST_F(ExclusivePlayer, StartThatWaitsMayBeGivenUp) {
    world.terminated(on_mpv());
    const Ticket abandoned = world.start(on_mpv());
    grant("cm-2");
    world.abandon(abandoned);
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-2");
    const Ticket released = world.start(on_mpv());
    grant("cm-3");
    for (const core::Session& session : world.core().ledgers().sessions) {
        if (session.cm_id.view() == "cm-3") {
            EXPECT_EQ(session.state(), State::starting);
            world.release(std::string(session.id.view()));
        }
    }
    EXPECT_EQ(world.outcome(released).refusal, Refusal::replaced);
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-3");
    const Ticket logged_out = world.start(on_mpv());
    grant("cm-4");
    world.logout();
    EXPECT_EQ(world.outcome(logged_out).refusal, Refusal::replaced);
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-4");
    world.player(kMpvPlayer, What::stopped);
    world.advance(0);
    EXPECT_EQ(world.orders, (Strings{"join 1", "stop 1", "leave 1"}));
}

TEST_F(ExclusivePlayer, StartThatWaitsAndIsEndedByCmHasBegun) {
    world.settings.players[kMpvPlayer].stop_deadline = 120 * kSecond;
    world.terminated(on_mpv());
    const Ticket ticket = world.start(on_mpv());
    grant("cm-2");
    world.answer(world.next(cm::Call::heartbeat), fixture(410, "410-service-remote-termination"));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started) << "the viewer learns of it as of any";
    const std::string id = world.outcome(ticket).session;
    EXPECT_EQ(world.session(id).state(), State::stopping);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
}

TEST_F(ExclusivePlayer, LimitThatMeetsAStartThatWaitsIsOfThatSession) {
    world.settings.players[kMpvPlayer].stop_deadline = 120 * kSecond;
    world.terminated(on_mpv());
    const Ticket ticket = world.start(on_mpv());
    grant("cm-2");
    world.answer(world.next(cm::Call::heartbeat), fixture(409, "409-service-streams"));
    const std::string id = world.outcome(ticket).session;
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::displaced);
    const std::string conflict(world.session(id).conflict.view());
    EXPECT_EQ(world.conflict(conflict).session.view(), id);
}

TEST_F(ExclusivePlayer, StreamThatWaitsCanBeEndedLikeAnyOther) {
    world.terminated(on_mpv());
    const Ticket ticket = world.start(on_mpv());
    grant("cm-2");
    const Ticket end = world.end_stream("cm-2");
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::replaced);
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.outcome(end).kind, Outcome::done);
}

TEST_F(ExclusivePlayer, OwnStreamThatAStartThereEndsIsLeftToIt) {
    const std::string old = world.playing(on_mpv());
    const Ticket limited = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), limit_by("cm-1", "a"));
    const Ticket ticket = world.resolve(world.outcome(limited).conflict, {"a"});
    grant("cm-2");
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.end_of(old), "ended-here/untouched");
    world.answer_all(accepted(60), 10 * kSecond);
    EXPECT_EQ(world.orders, (Strings{"join 1", "leave 1", "join 1"})) << "nothing is forced late";
    EXPECT_EQ(world.session(world.outcome(ticket).session).state(), State::active);
}

TEST_F(ExclusivePlayer, OwnStreamThatAWithdrawnStartHasEndedIsStopped) {
    const std::string old = world.playing(on_mpv());
    const Ticket limited = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), limit_by("cm-1", "a"));
    const Ticket ticket = world.resolve(world.outcome(limited).conflict, {"a"});
    const Call start = world.next(cm::Call::start);
    world.abandon(ticket);
    world.answer(start, granted("cm-2", 60));
    EXPECT_EQ(world.orders.back(), "stop 1") << "nothing is going to take its place";
}

TEST_F(ExclusivePlayer, OfTheUiItIsTheSame) {
    world.settings.players[kUiPlayer].exclusive = true;
    const std::string old = world.terminated(of(kApp));
    const Ticket ticket = world.start(of(kOtherApp));
    grant("cm-2");
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.stopped(old, kApp);
    world.advance(0);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    const Ticket next = world.start(of(kApp));
    grant("cm-3");
    EXPECT_EQ(world.end_of(world.outcome(ticket).session), "replaced/untouched");
    EXPECT_EQ(world.outcome(next).kind, Outcome::started);
}

// --- not exclusive ---

TEST(SharedPlayer, ItsEndIsThatOfAllOnIt) {
    World world;
    const std::string first = world.playing(on_mpv());
    const std::string second = world.playing(on_mpv());
    EXPECT_EQ(world.session(first).state(), State::active);
    world.player(kMpvPlayer, What::exited);
    EXPECT_EQ(world.end_of(first), "player-exited/stopped");
    EXPECT_EQ(world.end_of(second), "player-exited/stopped");
}

TEST(SharedPlayer, Hazard31ItsStopIsThatOfAllOnIt) {
    World world;
    const std::string forgotten = world.playing(on_mpv(), 30);
    const std::string allowed = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), fixture(410, "410-service-remote-termination"));
    EXPECT_EQ(world.session(forgotten).state(), State::stopping);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(forgotten), "remote-termination/stopped");
    EXPECT_EQ(world.end_of(allowed), "player-exited/stopped") << "never active, nothing playing";
}

TEST(SharedPlayer, ThatIsForcedStopsAllOnIt) {
    World world;
    world.playing(on_mpv(), 30);
    const std::string allowed = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), fixture(410, "410-service-remote-termination"));
    world.player(kMpvPlayer, What::unreachable);
    EXPECT_EQ(world.session(allowed).state(), State::active) << "nobody knows yet";
    world.player(kMpvPlayer, What::forced);
    EXPECT_EQ(world.end_of(allowed), "player-exited/stopped");
}

TEST(SharedPlayer, StartWaitsForItsStop) {
    World world;
    world.terminated(on_mpv());
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::waiting);
    world.player(kMpvPlayer, What::stopped);
    world.advance(0);
    EXPECT_EQ(world.session(world.outcome(ticket).session).state(), State::active);
}

TEST(SharedPlayer, SeveralThatWaitForItsStopAllBegin) {
    World world;
    world.terminated(on_mpv());
    const Ticket first = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    const Ticket second = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), granted("cm-3", 60));
    world.player(kMpvPlayer, What::stopped);
    world.advance(0);
    EXPECT_EQ(world.session(world.outcome(first).session).state(), State::active);
    EXPECT_EQ(world.session(world.outcome(second).session).state(), State::active);
}

TEST(SharedPlayer, UiConfirmsEachSessionByItself) {
    World world;
    const std::string first = world.terminated(of(kApp));
    const std::string second = world.playing(of(kOtherApp));
    world.advance(2 * kSecond);
    world.player(kUiPlayer, What::forced);
    EXPECT_EQ(world.end_of(first), "remote-termination/forced");
    EXPECT_EQ(world.session(second).state(), State::active) << "its app is there, and plays on";
}

}  // namespace
}  // namespace cmagent::scenario
