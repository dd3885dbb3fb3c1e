// Playback that must end: who says so, how the player is stopped, and what is told afterwards.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;
using Strings = std::vector<std::string>;

TEST(Stop, Hazard9RemoteTerminationStopsAndSaysWho) {
    World world;
    const std::string id = world.playing(on_mpv());
    const std::string body =
        R"({"associatedAdvice":[{"type":"remote-termination","terminator":{"deviceName":"Bedroom",)"
        R"("applicationName":"Demo","channel":"Unknown"}}]})";
    world.answer(world.next(cm::Call::heartbeat), response(410, "", body));
    EXPECT_EQ(world.orders, (Strings{"join 1", "stop 1"})) << "in the same go";
    EXPECT_EQ(world.notices.back(), "playback-stop " + id);
    EXPECT_EQ(world.session(id).terminator.device_name.view(), "Bedroom");
    EXPECT_EQ(world.session(id).terminator.application_name.view(), "Demo");
    EXPECT_TRUE(world.session(id).terminator.channel.empty()) << "Unknown is no name";
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
    EXPECT_EQ(world.notices.back(), "session-ended " + id);
    EXPECT_EQ(world.orders.back(), "leave 1");
    world.advance(60 * kMinute);
    EXPECT_EQ(world.in_flight(), 0u) << "it does not come back, and kicks nobody";
}

TEST(Stop, Hazard9EveryDialectOfRemoteTermination) {
    for (const char* body : {"410-service-remote-termination", "410-guide-remote-termination",
                             "410-wrapped-remote-termination"}) {
        World world;
        const std::string id = world.terminated(on_mpv(), body);
        world.player(kMpvPlayer, What::stopped);
        EXPECT_EQ(world.end_of(id), "remote-termination/stopped") << body;
        EXPECT_EQ(world.core().ledgers().counters.remote_terminations, 1u);
    }
}

TEST(Stop, Hazard9PlayerThatDoesNotConfirmIsForced) {
    World world;
    const std::string id = world.terminated(on_mpv());
    world.advance(2 * kSecond - 1);
    EXPECT_EQ(world.orders.back(), "stop 1");
    world.advance(1);
    EXPECT_EQ(world.orders.back(), "force 1");
    world.player(kMpvPlayer, What::forced);
    EXPECT_EQ(world.end_of(id), "remote-termination/forced");
}

TEST(Stop, Hazard9PlayerThatNothingStopsIsToldOf) {
    World world;
    const std::string id = world.terminated(on_mpv());
    world.advance(4 * kSecond);
    EXPECT_EQ(world.end_of(id), "remote-termination/unconfirmed");
    EXPECT_EQ(world.core().ledgers().counters.unconfirmed_stops, 1u);
    EXPECT_EQ(world.count("session-ended"), 1u);
}

TEST(Stop, UnreachablePlayerIsForcedAtOnce) {
    World world;
    const std::string id = world.terminated(on_mpv());
    world.player(kMpvPlayer, What::unreachable);
    EXPECT_EQ(world.orders.back(), "force 1");
    world.player(kMpvPlayer, What::unreachable);
    EXPECT_EQ(world.end_of(id), "remote-termination/unconfirmed");
}

TEST(Stop, LateConfirmationCountsAsForced) {
    World world;
    const std::string id = world.terminated(on_mpv());
    world.advance(2 * kSecond);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "remote-termination/forced");
}

TEST(Stop, UiConfirmsItsOwn) {
    World world;
    const std::string id = world.terminated();
    EXPECT_EQ(world.stopped(id), Refusal::none);
    EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
    EXPECT_EQ(world.stopped(id), Refusal::none) << "said twice, it is still so";
    EXPECT_EQ(world.count("session-ended"), 1u);
}

TEST(Stop, UiCannotConfirmForAnotherPlayer) {
    World world;
    const std::string id = world.terminated(on_mpv());
    EXPECT_EQ(world.stopped(id), Refusal::none);
    EXPECT_EQ(world.release(id), Refusal::none);
    EXPECT_EQ(world.session(id).state(), State::stopping) << "the player's own word is awaited";
    world.advance(2 * kSecond);
    EXPECT_EQ(world.orders.back(), "force 1");
}

TEST(Stop, APageThatGoesTakesNoPictureOfAnotherPlayerWithIt) {
    World world;
    const std::string id = world.playing(on_mpv());
    EXPECT_EQ(world.stopped(id), Refusal::none);
    EXPECT_EQ(world.session(id).state(), State::active) << "mpv plays on, and CM must know of it";
    EXPECT_EQ(world.release(id), Refusal::none);
    EXPECT_EQ(world.end_of(id), "user/untouched") << "who has stopped mpv says so by DELETE";
}

TEST(Stop, Hazard8UnknownOrBrokenReasonStopsWithoutAReturn) {
    const std::string big = "{\"x\":\"" + std::string(70'000, 'x') + "\"}";
    for (const std::string& body : {std::string(R"({"associatedAdvice":[{"type":"weather"}]})"),
                                    std::string("{broken"), big}) {
        World world;
        const std::string id = world.playing(on_mpv());
        world.answer(world.next(cm::Call::heartbeat), response(410, "", body));
        EXPECT_EQ(world.orders.back(), "stop 1");
        world.player(kMpvPlayer, What::stopped);
        EXPECT_EQ(world.end_of(id), "remote-termination/stopped");
        EXPECT_TRUE(world.session(id).terminator.empty());
        world.advance(60 * kMinute);
        EXPECT_EQ(world.in_flight(), 0u);
    }
}

TEST(Stop, Hazard8WhatCmSaysOfAnUnknownReasonIsKept) {
    World world;
    const std::string id = world.playing();
    world.answer(world.next(cm::Call::heartbeat), fixture(410, "410-service-unknown-advice"));
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::remote_termination);
    EXPECT_EQ(world.session(id).terminator.message.view(),
              "The rights to this programme have ended");
    EXPECT_FALSE(world.session(id).terminator.remote);
}

// A gateway in front of CM, or a captive portal.
TEST(Stop, APageIsNotCmsGone) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat),
                 response(410, "", "<html>410 Gone</html>", "text/html"));
    EXPECT_EQ(world.session(id).state(), State::active);
    EXPECT_EQ(world.next(cm::Call::heartbeat).session, "cm-1") << "asked again, not anew";
}

TEST(Stop, AnEndThatDemandsALogoutIsOne) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), fixture(410, "403-service-logout"));
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "logout/stopped");
    EXPECT_EQ(world.count("logout"), 1u) << "told";
    world.advance(60 * kMinute);
    EXPECT_EQ(world.in_flight(), 0u) << "no start follows for a household that is signed out";
}

TEST(Stop, ALimitThatDemandsALogoutIsStillALimit) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), fixture(409, "403-service-logout"));
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "displaced/stopped");
    EXPECT_EQ(world.count("logout"), 1u) << "told";
}

TEST(Stop, DisplacedByANewcomer) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), fixture(409, "409-service-one-conflict"));
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "displaced/stopped");
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Stop, DisplacedIsNotAnsweredByTakingTheOldest) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    const std::string id = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), fixture(409, "409-service-streams"));
    EXPECT_EQ(world.session(id).state(), State::stopping);
    EXPECT_EQ(world.in_flight(), 0u);
}

// --- the viewer ---

TEST(Stop, ViewerEndsItAtOnceAndCmIsToldInTheBackground) {
    World world;
    const std::string id = world.playing(on_mpv());
    EXPECT_EQ(world.release(id), Refusal::none);
    EXPECT_EQ(world.end_of(id), "user/untouched");
    EXPECT_EQ(world.orders, (Strings{"join 1", "leave 1"})) << "the UI has stopped the player";
    const Call end = world.next(cm::Call::end);
    EXPECT_EQ(end.session, "cm-1");
    world.answer(end, response(202));
    EXPECT_EQ(world.release(id), Refusal::none) << "also when already ended";
    EXPECT_EQ(world.release("nonsense"), Refusal::no_such_session);
    EXPECT_TRUE(world.core().idle());
}

TEST(Stop, Hazard10UnknownToCmIsGivenBack) {
    for (const Reply& reply :
         {response(404), response(410), fixture(410, "410-service-remote-termination")}) {
        World world;
        world.release(world.playing());
        world.answer(world.next(cm::Call::end), reply);
        EXPECT_TRUE(world.core().idle());
        EXPECT_EQ(world.in_flight(), 0u);
    }
}

TEST(Stop, DeleteIsRepeatedUntilTheSessionHasLapsedAnyway) {
    World world;
    world.release(world.playing({}, 60));
    EXPECT_GE(world.answer_all(unreachable(), 90 * kSecond - 1), 4u);
    EXPECT_FALSE(world.core().idle());
    world.advance(1);
    EXPECT_TRUE(world.core().idle());
    EXPECT_EQ(world.core().next_deadline(), kNever);
}

TEST(Stop, DeleteIsNotSentWhenTheSessionHasLapsedMeanwhile) {
    World world;
    world.release(world.playing({}, 60));
    world.answer(world.next(cm::Call::end), unreachable());
    world.wake_at(world.now + 8 * 60 * kMinute);
    EXPECT_EQ(world.in_flight(), 0u);
    EXPECT_TRUE(world.core().idle());
}

TEST(Stop, DeleteGoesBehindAHeartbeatThatIsOut) {
    World world;
    const std::string id = world.playing();
    const Call heartbeat = world.next(cm::Call::heartbeat);
    world.release(id);
    EXPECT_EQ(world.in_flight(), 0u) << "one request in flight a session";
    world.answer(heartbeat, accepted(60));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(world.core().idle());
}

TEST(Stop, TerminationThatCrossesTheViewersEnd) {
    World world;
    const std::string id = world.playing();
    const Call heartbeat = world.next(cm::Call::heartbeat);
    world.release(id);
    world.answer(heartbeat, fixture(410, "410-service-remote-termination"));
    EXPECT_EQ(world.end_of(id), "user/untouched");
    EXPECT_TRUE(world.core().idle()) << "there is nothing to delete";
}

// --- pause ---

TEST(Pause, LongPauseFreesTheSlot) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.pause(id, true);
    world.answer_all(accepted(60), 1000 * kSecond);
    world.pause(id, true);  // said again
    world.answer_all(accepted(60), 800 * kSecond - 1);
    EXPECT_EQ(world.session(id).state(), State::active);
    world.advance(1);
    EXPECT_EQ(world.orders.back(), "stop 1");
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(id), "paused/stopped");
}

TEST(Pause, WhoGoesOnInTimeGoesOn) {
    World world;
    const std::string id = world.playing();
    world.pause(id, true);
    world.answer_all(accepted(60), 1700 * kSecond);
    world.pause(id, false);
    world.answer_all(accepted(60), 1700 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::active);
}

// The viewer may pause a picture that is not there yet: its start must not be left without an answer.
TEST(Pause, LongPauseBeforeTheDecisionRefusesTheStart) {
    World world;
    world.settings.pause = kSecond;
    const Ticket ticket = world.start();
    const Call start = world.next(cm::Call::start);
    const std::string id((*world.core().ledgers().sessions.begin()).id.view());
    world.pause(id, true);
    world.advance(kSecond);
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::refused);
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::replaced);
    world.answer(start, granted("cm-1", 60));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1") << "what CM granted is given back";
}

// --- players and UIs that go away ---

TEST(Gone, PlayerThatEndsByItselfGivesTheSlotBack) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.player(kMpvPlayer, What::exited);
    EXPECT_EQ(world.end_of(id), "player-exited/stopped");
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(world.core().idle());
    EXPECT_EQ(world.count("playback-stop"), 0u) << "nobody was told to stop";
}

TEST(Gone, Hazard23OwnerWhoNoLongerListens) {
    World world;
    const std::string id = world.playing(of(kApp));
    world.listeners({kApp});
    world.listeners({});
    world.answer_all(accepted(60), 30 * kSecond);
    world.listeners({});  // said again
    world.answer_all(accepted(60), 30 * kSecond - 1);
    EXPECT_EQ(world.session(id).state(), State::active);
    world.advance(1);
    EXPECT_EQ(world.orders.back(), "force 0");
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1") << "the slot is given back at once";
    world.player(kUiPlayer, What::unreachable);  // no `force` is configured
    EXPECT_EQ(world.end_of(id), "ui-lost/unconfirmed");
}

TEST(Gone, Hazard23OwnerWhoComesBackInTime) {
    World world;
    const std::string id = world.playing(of(kApp));
    world.listeners({kApp});
    world.listeners({});
    world.answer_all(accepted(60), 59 * kSecond);
    world.listeners({kApp});
    world.answer_all(accepted(60), 10 * kMinute);
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(Gone, Hazard23OwnerWhoNeverListensButCalls) {
    World world;
    const std::string id = world.playing(of(kApp));
    for (int minute = 0; minute < 60; ++minute) {
        world.answer_all(accepted(60), 59 * kSecond);
        world.call(kApp);
    }
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer_all(accepted(60), 60 * kSecond);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::ui_lost);
}

TEST(Gone, Hazard23SessionOfNobodyIsNotJudged) {
    World world;
    const std::string id = world.playing();
    world.listeners({kNobody});
    world.listeners({});
    world.answer_all(accepted(60), 60 * kMinute);
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(Gone, Hazard23OwnerWhoStartsASessionIsThere) {
    World world;
    world.listeners({kApp});
    world.listeners({});
    world.advance(10 * kMinute);
    const std::string id = world.playing(of(kApp));
    world.answer_all(accepted(60), 59 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::active);
    world.answer_all(accepted(60), kSecond);
    EXPECT_EQ(world.session(id).progress.end_reason, core::EndReason::ui_lost);
}

TEST(Gone, Hazard23OthersNeitherKeepNorEndWhatIsAnOwners) {
    World world;
    const std::string crashed = world.playing(of(kApp));
    const std::string alive = world.playing(of(kOtherApp));
    world.listeners({kApp, kOtherApp, kNobody});
    world.listeners({kOtherApp, kNobody});  // the app has crashed; a page and a shell listen on
    world.answer_all(accepted(60), 30 * kSecond);
    world.listeners({kOtherApp});  // and somebody who only watched has gone
    world.call(kOtherApp);
    world.answer_all(accepted(60), 30 * kSecond);
    EXPECT_EQ(world.session(crashed).progress.end_reason, core::EndReason::ui_lost);
    world.answer_all(accepted(60), 10 * kMinute);
    EXPECT_EQ(world.session(alive).state(), State::active);
}

TEST(Gone, Hazard23WhoPollsIsThereBesideOthersWhoComeAndGo) {
    World world;
    const std::string id = world.playing(of(kApp));
    for (int second = 0; second < 180; second += 10) {
        world.listeners({kNobody});
        world.call(kApp);
        world.listeners({});
        world.answer_all(accepted(60), 10 * kSecond);
    }
    EXPECT_EQ(world.session(id).state(), State::active);
}

TEST(Gone, OwnerDoesNotMatterToAPlayerOfItsOwn) {
    World world;
    const std::string id = world.playing(of(kApp, kMpvPlayer));
    world.listeners({kApp});
    world.listeners({});
    world.answer_all(accepted(60), 10 * kMinute);
    EXPECT_EQ(world.session(id).state(), State::active);
}

// --- logout and shutdown ---

TEST(Logout, EndsAllOfThatSubjectAndNobodyElse) {
    World world;
    const std::string a = world.playing(on_mpv());
    const std::string b = world.playing();
    const std::string other = world.playing(by("guest"));
    const Ticket starting = world.start();
    const Ticket limited = world.start();
    const Call start = world.next(cm::Call::start);
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-streams"));
    world.logout();
    EXPECT_EQ(world.outcome(starting).kind, Outcome::refused);
    EXPECT_EQ(world.session(a).progress.end_reason, core::EndReason::logout);
    EXPECT_EQ(world.session(b).progress.end_reason, core::EndReason::logout);
    EXPECT_EQ(world.session(other).state(), State::active);
    EXPECT_EQ(world.count("playback-stop"), 2u);
    world.resolve(world.outcome(limited).conflict, {"51fd351f"});
    EXPECT_EQ(world.refusal(), Refusal::conflict_over);
    world.answer(world.next(cm::Call::end), response(202));
    world.answer(world.next(cm::Call::end), response(202));
    world.answer(start, granted("cm-9", 60));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-9");
}

TEST(Logout, DemandedByCmOnAHeartbeat) {
    World world;
    const std::string a = world.playing(on_mpv());
    const std::string b = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), fixture(403, "403-service-logout"));
    EXPECT_EQ(world.count("logout"), 1u);
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(a), "logout/stopped");
    EXPECT_EQ(world.end_of(b), "logout/stopped");
}

// cm-api.md: what one application is told is nobody else's account.
TEST(Logout, DemandedByCmIsOfTheApplicationThatWasToldSo) {
    World world;
    StartOptions of_another = on_mpv();
    of_another.application = 1;
    const std::string ids[] = {world.playing(on_mpv()), world.playing(of_another)};
    const auto heartbeat = world.next(cm::Call::heartbeat);
    const bool second = world.session(ids[1]).cm_id == heartbeat.session;
    world.answer(heartbeat, fixture(403, "403-service-logout"));
    EXPECT_EQ(world.session(ids[second]).progress.end_reason, core::EndReason::logout);
    EXPECT_EQ(world.session(ids[!second]).state(), State::active);
}

TEST(Logout, DemandedByCmOnAStartReachesTheUiToo) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), fixture(403, "403-service-logout"));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_credentials);
    EXPECT_EQ(world.notices, Strings{"logout "});
}

TEST(Shutdown, EndsEverything) {
    World world;
    const std::string playing = world.playing(on_mpv());
    const Ticket starting = world.start();
    const Call start = world.next(cm::Call::start);
    const Ticket query = world.ask(cm::Call::running_streams);
    world.next(cm::Call::running_streams);
    world.shut_down();
    EXPECT_EQ(world.outcome(starting).refusal, Refusal::shutting_down);
    EXPECT_EQ(world.outcome(query).refusal, Refusal::shutting_down);
    EXPECT_FALSE(world.core().idle());
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(playing), "shutdown/stopped");
    world.answer(world.next(cm::Call::end), response(202));
    world.answer(start, granted("cm-9", 60));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_TRUE(world.core().idle());
    world.start();
    EXPECT_EQ(world.refusal(), Refusal::shutting_down);
}

}  // namespace
}  // namespace cmagent::scenario
