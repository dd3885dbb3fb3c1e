// An outage has one credit: whoever blocks CM gains nothing by zapping, by another account, or by
// pulling the plug.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

// A start while CM cannot be reached.
Outcome blocked(World& world, const StartOptions& options = {}) {
    const Ticket ticket = world.start(options);
    world.answer(world.await(cm::Call::start), unreachable());
    return world.outcome(ticket);
}

void expect_spent(const Outcome& outcome) {
    EXPECT_EQ(outcome.kind, Outcome::refused);
    EXPECT_EQ(outcome.refusal, Refusal::cm_unreachable);
    EXPECT_EQ(outcome.reason, "credit-spent");
}

Millis grace_left(World& world, const Outcome& outcome) {
    return Time(world.session(outcome.session).progress.grace_at) - world.now;
}

TEST(Credit, IsNotRenewedByAZap) {
    World world;
    Outcome last = blocked(world);
    EXPECT_EQ(grace_left(world, last), 180 * kSecond);
    for (int zap = 1; zap <= 8; ++zap) {
        world.answer_all(unreachable(), 20 * kSecond);
        last = blocked(world, instead_of(last.session));
        ASSERT_EQ(last.kind, Outcome::started) << zap;
        EXPECT_EQ(grace_left(world, last), (180 - 20 * zap) * kSecond) << "the rest";
    }
    world.answer_all(unreachable(), 20 * kSecond);
    EXPECT_EQ(world.session(last.session).progress.end_reason, core::EndReason::unreachable);
    expect_spent(blocked(world));
    expect_spent(blocked(world, by("another")));
}

TEST(Credit, OfWhatIsEndedAndBegunAgainIsTheRest) {
    World world;
    const Outcome first = blocked(world);
    world.answer_all(unreachable(), 170 * kSecond);
    (void)world.release(first.session);
    EXPECT_EQ(grace_left(world, blocked(world)), 10 * kSecond);
}

TEST(Credit, OutageBeginsWithTheFirstFailureOfAnything) {
    World world;
    const std::string id = world.playing();
    const Call heartbeat = world.next(cm::Call::heartbeat);
    world.answer(heartbeat, no_tls("handshake-failed"));
    const Time began = world.now;
    world.answer_all(unreachable(), 100 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::grace);
    const Outcome zapped = blocked(world, instead_of(id));
    EXPECT_EQ(Time(world.session(zapped.session).progress.grace_at), began + 180 * kSecond);
}

TEST(Credit, WhatCmHasGrantedKeepsItsGraceAfterItsLease) {
    World world;
    const Outcome first = blocked(world);
    world.answer(world.await(cm::Call::start), granted("cm-1", 60));
    world.answer_all(unreachable(), 235 * kSecond);
    EXPECT_EQ(world.session(first.session).state(), State::grace) << "60 s of lease, 180 s";
    expect_spent(blocked(world));
    world.answer_all(unreachable(), 10 * kSecond);
    EXPECT_EQ(world.session(first.session).progress.end_reason, core::EndReason::unreachable);
}

TEST(Credit, IsRenewedByCmsWordOnAStart) {
    for (const Reply& word : {granted("cm-2", 60), limit()}) {
        World world;
        (void)world.release(blocked(world).session);
        world.answer_all(unreachable(), 175 * kSecond);
        world.start(by("another"));
        world.answer(world.await(cm::Call::start), word);
        EXPECT_EQ(grace_left(world, blocked(world)), 180 * kSecond);
    }
}

// The household lets the heartbeats of one stream through, and another one plays on credit.
TEST(Credit, IsNotRenewedByAHeartbeatThatIsLetThrough) {
    World world;
    const std::string id = world.playing();
    const Outcome second = blocked(world, by("another"));
    world.answer(world.await(cm::Call::heartbeat), accepted(60));
    (void)world.release(second.session);
    EXPECT_TRUE(world.core().ledgers().credit.reachable());
    world.answer_all(accepted(60), 180 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::active);
    expect_spent(blocked(world, by("another")));
}

TEST(Credit, OfAnOutageThatLetNobodyInIsRenewedByAHeartbeat) {
    World world;
    (void)world.playing();
    world.answer(world.next(cm::Call::heartbeat), unreachable());
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(grace_left(world, blocked(world)), 180 * kSecond);
}

TEST(Credit, IsRenewedByAStartThatIsFoundToBeOpen) {
    World world;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-1", start));
    ASSERT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_FALSE(world.core().ledgers().credit.outage()) << "it was granted";
}

TEST(Credit, ServerErrorsForAnHourAreOneOutage) {
    World world;
    Outcome last;
    for (int i = 0; i < 9; ++i) {
        const Ticket ticket = world.start();
        world.answer(world.await(cm::Call::start), response(503));
        last = world.outcome(ticket);
        (void)world.release(last.session);
        world.answer_all(response(500), 20 * kSecond);
    }
    expect_spent(blocked(world));
}

TEST(Credit, WithoutAPolicyTheReasonIsTheFaults) {
    World world;
    world.settings.on_unreachable = core::OnUnreachable::deny;
    EXPECT_EQ(blocked(world).kind, Outcome::refused);
    EXPECT_NE(blocked(world).reason, "credit-spent");
}

TEST(Credit, ThatIsThrottledKeepsItsRest) {
    World world;
    const Outcome first = blocked(world);
    world.answer_all(unreachable(), 100 * kSecond);
    world.answer(world.await(cm::Call::start), throttled(60));
    EXPECT_LE(grace_left(world, first), (60 + 80) * kSecond);
    EXPECT_GE(grace_left(world, first), (60 + 40) * kSecond);
    (void)world.release(first.session);
    EXPECT_TRUE(world.core().ledgers().credit.outage()) << "CM has judged nothing";
}

// --- our own line ---

TEST(Busy, IsNoOutage) {
    World world;
    const std::string id = world.playing();
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), busy());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::too_many_queries);
    EXPECT_EQ(world.outcome(ticket).blame, cm::Blame::none);
    world.answer(world.next(cm::Call::heartbeat), busy());
    EXPECT_FALSE(world.core().ledgers().credit.outage());
    EXPECT_EQ(world.count("cm-unreachable"), 0u);
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.session(id).state(), State::active);
    const Ticket look = world.look();
    world.answer(world.next(cm::Call::running_streams), busy());
    EXPECT_EQ(world.outcome(look).refusal, Refusal::too_many_queries);
    world.advance(2 * kSecond);
    EXPECT_EQ(world.outcome(world.look()).kind, Outcome::waiting) << "it is asked anew, not later";
}

TEST(Busy, LinkIsToldWhoseTurnItIs) {
    World world;
    StartOptions options;
    options.party = core::Party::of_user(7);
    world.start(options);
    const Call start = world.next(cm::Call::start);
    EXPECT_TRUE(start.caller == options.party);
    EXPECT_TRUE(start.urgent);
    world.answer(start, granted("cm-1", 60));
    EXPECT_TRUE(world.next(cm::Call::heartbeat).caller == options.party);
}

TEST(Busy, OnCreditItIsAskedAgain) {
    World world;
    const Outcome first = blocked(world);
    world.answer(world.next(cm::Call::start), busy());
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    EXPECT_EQ(world.session(first.session).state(), State::active);
}

TEST(Busy, StartThatNobodyWaitsForIsTakenBack) {
    World world;
    const Ticket ticket = world.start();
    const Call call = world.next(cm::Call::start);
    EXPECT_TRUE(world.taken_back.empty());
    world.abandon(ticket);
    EXPECT_EQ(world.taken_back, std::vector<std::uint32_t>{call.exchange});
    world.answer(call, busy());  // it was still in line
    EXPECT_TRUE(world.core().idle()) << "CM has never heard of it";
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Busy, StartThatWentOutIsGivenBackAllTheSame) {
    World world;
    const Ticket ticket = world.start();
    const Call call = world.next(cm::Call::start);
    world.abandon(ticket);
    world.answer(call, granted("cm-1", 60));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
}

TEST(Busy, LookUpOfWhatNobodyWantsGoesOn) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), lost());
    const Call look = world.next(cm::Call::running_streams);
    world.abandon(ticket);
    EXPECT_TRUE(world.taken_back.empty());
    world.answer(look, no_streams());
    EXPECT_TRUE(world.core().idle());
}

TEST(Busy, ZapThatReplacesWhatIsStillInLineGoesAtOnce) {
    World world;
    const Ticket first = world.start();
    const Call call = world.next(cm::Call::start);
    std::string id;
    for (const core::Session& session : world.core().ledgers().sessions) id = session.id.view();
    const Ticket second = world.start(instead_of(id));
    EXPECT_EQ(world.outcome(first).refusal, Refusal::replaced);
    world.answer(call, busy());
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.outcome(second).kind, Outcome::started);
}

// --- the daemon and the box are restarted ---

TEST(Credit, IsNotRenewedByARestartOfTheDaemon) {
    World world;
    const Outcome first = blocked(world);
    for (int restart = 0; restart < 8; ++restart) {
        world.answer_all(unreachable(), 20 * kSecond);
        world.crash();
        world.answer(world.await(cm::Call::running_streams), unreachable());
        ASSERT_EQ(world.session(first.session).state(), State::grace);
    }
    EXPECT_EQ(grace_left(world, first), 20 * kSecond);
    world.answer_all(unreachable(), 20 * kSecond);
    EXPECT_EQ(world.session(first.session).progress.end_reason, core::EndReason::unreachable);
    world.crash();
    expect_spent(blocked(world));
}

TEST(Credit, OfWhatWasHeldWhenTheDaemonWasRestartedIsThatOfTheOutage) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), unreachable());
    const Time began = world.now;
    for (int restart = 0; restart < 4; ++restart) {
        world.answer_all(unreachable(), 30 * kSecond);
        world.crash();
    }
    world.answer_all(unreachable(), 25 * kSecond);
    EXPECT_EQ(Time(world.session(id).progress.grace_at), began + 180 * kSecond);
    world.answer_all(unreachable(), 40 * kSecond);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::unreachable);
}

TEST(Credit, OfWhatTheRestartedDaemonHasConfirmedIsItsOwnAgain) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), unreachable());
    world.crash();
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    world.answer_all(unreachable(), 200 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::grace);
}

TEST(Credit, IsNotRenewedByAReboot) {
    struct Case {
        const char* what;
        Millis clock_moves;  // between the two boots; 0: the box has no clock any more
        Millis left;
    };
    for (const Case& one :
         {Case{"the clock has gone on", 140 * kSecond, 40 * kSecond},
          Case{"for longer than grace", 180 * kSecond, 0}, Case{"for a day", 24 * 60 * kMinute, 0},
          Case{"it is behind", -kSecond, 0}, Case{"it is not set", 0, 0}}) {
        World world;
        const std::int64_t began = world.wall_clock;
        (void)blocked(world);
        world.answer_all(unreachable(), 100 * kSecond);
        world.wall_clock = one.clock_moves == 0 ? 0 : began + one.clock_moves;
        world.reboot();
        world.advance(11 * kSecond);  // starts are spread
        const Outcome next = blocked(world);
        if (one.left == 0) {
            expect_spent(next);
        } else {
            EXPECT_EQ(grace_left(world, next), one.left - 11 * kSecond) << one.what;
        }
    }
}

TEST(Credit, ThatNobodyHasTouchedIsThereAfterAReboot) {
    World world;
    (void)world.playing();
    world.reboot();
    world.advance(11 * kSecond);
    EXPECT_EQ(grace_left(world, blocked(world)), 180 * kSecond);
}

TEST(Credit, OutageThatBeganWithoutAClockIsSpentAfterAReboot) {
    World world;
    world.wall_clock = 0;
    world.begin("", false);
    (void)blocked(world);
    world.wall_clock = 1'700'000'000'000;
    world.reboot();
    expect_spent(blocked(world));
}

TEST(Credit, OutageOfTheFutureIsSpent) {
    World world;
    world.begin(R"({"outage":{"since":99999999999,"wall":0,"lent":false}})", false);
    expect_spent(blocked(world));
}

TEST(Credit, IsNotForWhomCmHasRefusedBeforeTheReboot) {
    struct Case {
        Millis clock_moves;
        bool refused;
    };
    for (const Case& one :
         {Case{14 * kMinute, true}, Case{15 * kMinute, false}, Case{-kMinute, true}}) {
        World world;
        const std::int64_t then = world.wall_clock;
        (void)world.terminated();
        world.wall_clock = then + one.clock_moves + kMinute;
        world.reboot();
        EXPECT_EQ(blocked(world).kind, one.refused ? Outcome::refused : Outcome::started)
            << one.clock_moves;
    }
}

TEST(Credit, OutageIsWrittenWhenItBeginsAndWhenItIsOver) {
    World world;
    (void)world.playing();
    const std::size_t before = world.saves;
    world.answer_all(unreachable(), 50 * kSecond);
    EXPECT_EQ(world.saves, before);
    world.answer_all(unreachable(), 50 * kSecond);
    EXPECT_EQ(world.saves, before + 1) << "none for each failure";
    EXPECT_NE(world.flash.find(R"("outage":{"since":)"), std::string::npos);
    world.answer(world.next(cm::Call::heartbeat), accepted(60));
    EXPECT_EQ(world.saves, before + 2);
    EXPECT_EQ(world.flash.find("outage"), std::string::npos);
}

// --- whom CM has refused ---

TEST(Credit, IsNotForWhomCmHasEndedAStream) {
    struct Case {
        Reply word;
        bool refused;
    };
    for (const Case& one :
         {Case{fixture(410, "410-service-remote-termination"), true},
          Case{fixture(410, "410-service-unknown-advice"), true}, Case{response(410), false}}) {
        World world;
        (void)world.playing();
        world.answer(world.next(cm::Call::heartbeat), one.word);
        if (!one.refused) world.answer(world.next(cm::Call::start), granted("cm-2", 60));
        world.advance(14 * kMinute);
        const Outcome outcome = blocked(world);
        EXPECT_EQ(outcome.kind, one.refused ? Outcome::refused : Outcome::started);
        if (!one.refused) continue;
        EXPECT_EQ(outcome.refusal, Refusal::cm_unreachable);
        EXPECT_EQ(outcome.reason, "refused-before");
        EXPECT_EQ(blocked(world, by("another")).kind, Outcome::started);
        EXPECT_EQ(world.flash.find("\"viewer\""), std::string::npos) << "a digest is kept";
        world.crash();
        EXPECT_EQ(blocked(world).reason, "refused-before");
    }
}

TEST(Credit, IsNotForWhomCmHasLostTwice) {
    World world;
    (void)world.vanished();
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    world.answer(world.next(cm::Call::heartbeat), response(410));
    EXPECT_EQ(blocked(world).reason, "refused-before");
}

TEST(Credit, IsForWhomCmHasGrantedAStartMeanwhile) {
    World world;
    (void)world.terminated();
    const std::string id = world.playing();
    (void)world.release(id);
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(blocked(world).kind, Outcome::started);
}

}  // namespace
}  // namespace cmagent::scenario
