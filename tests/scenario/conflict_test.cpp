// A 409 of CM makes a conflict, whatever it answers (contract.md, "Conflict").

#include <gtest/gtest.h>

#include "tests/scenario/told_conflicts.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;

// What the session showed, and whose playback was stopped: `session` on mpv.
void expect_stopped_by_conflict(World& world, const std::string& session, const char* reason) {
    ASSERT_EQ(world.count("conflict"), 1u);
    const core::Conflict& conflict = world.conflict(told(world));
    EXPECT_EQ(conflict.session.view(), session);
    EXPECT_EQ(conflict.attempt, 1u);
    EXPECT_EQ(conflict.text(), cmagent::fixture("409-service-streams"));
    EXPECT_EQ(world.session(session).conflict.view(), conflict.id.view());
    EXPECT_EQ(world.core().ledgers().counters.conflicts, 1u);
    EXPECT_EQ(entries(world), 1u);
    EXPECT_EQ(world.orders.back(), "stop 1");
    ASSERT_GE(world.notices.size(), 2u);
    EXPECT_EQ(world.notices[world.notices.size() - 2], "playback-stop " + session);
    EXPECT_EQ(world.notices.back(), "conflict " + told(world)) << "the order to stop goes first";
    world.player(kMpvPlayer, What::stopped);
    EXPECT_EQ(world.end_of(session), std::string(reason) + "/stopped");
    EXPECT_EQ(world.session(session).conflict.view(), conflict.id.view());
}

TEST(Conflict, ToAHeartbeatStopsAndIsTold) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), limited_again());
    expect_stopped_by_conflict(world, id, "displaced");
}

TEST(Conflict, ToASilentRestartStopsAndIsTold) {
    World world;
    const std::string id = world.vanished(on_mpv());
    world.answer(world.next(cm::Call::start), limited_again());
    expect_stopped_by_conflict(world, id, "denied");
}

TEST(Conflict, ToAStartOnCreditStopsAndIsTold) {
    World world;
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), unreachable());
    world.answer(world.next(cm::Call::start), limited_again());
    expect_stopped_by_conflict(world, world.outcome(ticket).session, "denied");
}

TEST(Conflict, ToAHeartbeatWithinGraceStopsAndIsTold) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer_all(unreachable(), 70 * kSecond);
    ASSERT_EQ(world.session(id).state(), State::grace);
    world.answer(world.next(cm::Call::heartbeat), limited_again());
    expect_stopped_by_conflict(world, id, "displaced");
}

TEST(Conflict, ToAReStartWithinGraceStopsAndIsTold) {
    World world;
    const std::string id = world.playing(on_mpv());
    world.answer_all(unreachable(), 70 * kSecond);
    world.answer(world.next(cm::Call::heartbeat), response(410));
    world.answer(world.next(cm::Call::start), limited_again());
    expect_stopped_by_conflict(world, id, "denied");
}

TEST(Conflict, ToAHeartbeatIsResolvedByWatchingHereAgain) {
    World world;
    StartOptions films = on_mpv();
    films.application = 1;
    films.metadata["channel"] = "films";
    const std::string id = world.playing(films);
    world.change(id, {{"show", "Friends"}});
    world.answer(world.next(cm::Call::heartbeat), limited_again());
    world.player(kMpvPlayer, What::stopped);
    const Ticket ticket = world.resolve(told(world), {kCode});
    const Call call = world.next(cm::Call::start);
    EXPECT_TRUE(call.urgent);
    EXPECT_EQ(call.terminate, std::vector<std::string>{kCode});
    EXPECT_EQ(call.application, "news-app");
    EXPECT_EQ(call.metadata.at("channel"), "films");
    EXPECT_EQ(call.metadata.at("show"), "Friends") << "what the session held in the end";
    world.answer(call, granted("cm-2", 60));
    ASSERT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_NE(world.outcome(ticket).session, id);
    EXPECT_TRUE(world.session(world.outcome(ticket).session).conflict.empty());
    EXPECT_EQ(world.conflict(told(world)).outcome, core::Outcome::chosen);
}

TEST(Conflict, ToAStartThatNobodyWantsIsGivenUpAndRemembered) {
    World world;
    const Ticket ticket = world.start();
    const Call call = world.next(cm::Call::start);
    world.abandon(ticket);
    world.answer(call, limited_again());
    EXPECT_TRUE(world.notices.empty());
    EXPECT_EQ(world.core().ledgers().counters.conflicts, 1u);
    EXPECT_EQ(entries(world), 1u);
    EXPECT_EQ(world.core().ledgers().conflicts[0].outcome, core::Outcome::gave_up);
    const Ticket again = world.start();
    world.answer(world.next(cm::Call::start), unreachable());
    EXPECT_EQ(world.outcome(again).refusal, Refusal::cm_unreachable) << "the limit is known";
}

TEST(Conflict, ToAHeartbeatOfASessionThatIsOverIsGivenUp) {
    World world;
    const std::string id = world.playing(on_mpv());
    const Call call = world.next(cm::Call::heartbeat);
    world.release(id);
    world.answer(call, limited_again());
    EXPECT_EQ(world.count("conflict"), 0u);
    EXPECT_EQ(world.core().ledgers().counters.conflicts, 1u);
    EXPECT_EQ(world.core().ledgers().conflicts[0].outcome, core::Outcome::gave_up);
    EXPECT_EQ(world.end_of(id), "user/untouched");
    EXPECT_TRUE(world.session(id).conflict.empty());
    EXPECT_TRUE(world.core().idle());
}

TEST(Conflict, HasTheTimeOfTheBoxesClock) {
    World world;
    world.advance(kMinute);
    EXPECT_EQ(world.conflict(world.limited()).heard_wall_ms, 1'700'000'060'000);
    world.core().set_clock(0, world.now);
    EXPECT_EQ(world.conflict(world.limited()).heard_wall_ms, 0) << "the box has no clock";
}

// --- the agent chooses first ---

TEST(Conflict, OfTerminateOldestIsToldOnlyWhenItIsTheUsers) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), limited_again());
    EXPECT_EQ(world.count("conflict"), 0u);
    EXPECT_EQ(world.core().ledgers().counters.conflicts, 1u) << "kept and counted all the same";
    const Call again = world.next(cm::Call::start);
    world.answer(again, limited_again());
    ASSERT_EQ(world.outcome(ticket).kind, Outcome::limited);
    const core::Conflict& conflict = world.conflict(world.outcome(ticket).conflict);
    EXPECT_EQ(conflict.attempt, 2u);
    ASSERT_EQ(conflict.failed.count, again.terminate.size());
    EXPECT_EQ(conflict.failed.list[0].view(), again.terminate[0]);
    EXPECT_EQ(world.count("conflict"), 1u);
    EXPECT_EQ(world.core().ledgers().counters.conflicts, 1u);
}

TEST(Conflict, OfTerminateOldestThatWasEnoughIsTakenOver) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), limited_again());
    world.answer(world.next(cm::Call::start), granted("cm-1", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.count("conflict"), 0u);
    EXPECT_EQ(world.core().ledgers().conflicts[0].outcome, core::Outcome::taken_over);
}

TEST(Conflict, OfASessionThatPlaysIsToldOnlyAfterTheAgentsChoice) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    const Ticket ticket = world.start(on_mpv());
    world.answer(world.next(cm::Call::start), unreachable());
    const std::string id = world.outcome(ticket).session;
    world.answer(world.next(cm::Call::start), limited_again());
    EXPECT_EQ(world.count("conflict"), 0u);
    EXPECT_TRUE(world.session(id).conflict.empty()) << "it plays";
    world.answer(world.next(cm::Call::start), limited_again());
    EXPECT_EQ(world.count("conflict"), 1u);
    EXPECT_EQ(world.conflict(told(world)).attempt, 2u);
    EXPECT_EQ(world.session(id).conflict.view(), told(world));
}

TEST(Conflict, OfTheAgentsChoiceThatNobodyWantsAnyMoreIsGivenUp) {
    World world;
    world.settings.on_conflict = core::OnConflict::terminate_oldest;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), limited_again());
    const Call again = world.next(cm::Call::start);
    world.abandon(ticket);
    world.answer(again, limited_again());
    EXPECT_EQ(world.count("conflict"), 0u);
    EXPECT_EQ(world.core().ledgers().conflicts[0].outcome, core::Outcome::gave_up);
    EXPECT_EQ(world.core().ledgers().counters.conflicts, 1u);
}

TEST(Conflict, ThatLostItsPlaceIsMadeAnew) {
    World world;
    const std::string first = world.limited();
    world.resolve(first, {kCode});
    const Call call = world.next(cm::Call::start);
    for (std::size_t i = 0; i < core::kMaxConflicts; ++i) (void)world.limited(by("another"));
    EXPECT_EQ(world.core().ledgers().conflicts.find(first), nullptr);
    world.answer(call, limited_again());
    EXPECT_EQ(world.conflict(told(world)).attempt, 1u);
    EXPECT_EQ(world.conflict(told(world)).stream.subject.view(), "viewer");
}

}  // namespace
}  // namespace cmagent::scenario
