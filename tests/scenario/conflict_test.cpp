// A 409 of CM, whatever it answers, and the life of the conflict that it makes (contract.md,
// "Conflict").

#include <gtest/gtest.h>

#include "tests/fixture.h"
#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

using What = core::PlayerSaid::What;

constexpr const char* kCode = "51fd351f";  // of the sample «409-service-streams»

Reply limited_again() {
    return fixture(409, "409-service-streams");
}

StartOptions in_news() {
    StartOptions options;
    options.application = 1;
    return options;
}

// --- one way for every 409 ---

// The conflict that was told last, by an event.
std::string told(const World& world) {
    std::string id;
    for (const std::string& notice : world.notices) {
        if (notice.compare(0, 9, "conflict ") == 0) id = notice.substr(9);
    }
    return id;
}

// The entries of conflicts in the history.
std::size_t entries(World& world) {
    const core::History& history = world.core().ledgers().history;
    std::size_t count = 0;
    for (std::size_t i = 0; i < history.size(); ++i)
        count += history[i].outcome == core::Outcome::none ? 0 : 1;
    return count;
}

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

// --- it lives until its outcome ---

TEST(Conflict, SecondLimitRenewsIt) {
    World world;
    const std::string id = world.limited();
    const std::uint64_t version = world.conflict(id).version;
    world.advance(kMinute);
    const Ticket ticket = world.resolve(id, {kCode});
    world.answer(world.next(cm::Call::start), fixture(409, "409-service-one-conflict"));
    ASSERT_EQ(world.outcome(ticket).kind, Outcome::limited);
    EXPECT_EQ(world.outcome(ticket).conflict, id);
    const core::Conflict& conflict = world.conflict(id);
    EXPECT_EQ(conflict.attempt, 2u);
    ASSERT_EQ(conflict.failed.count, 1u);
    EXPECT_EQ(conflict.failed.list[0].view(), kCode);
    EXPECT_EQ(conflict.text(), cmagent::fixture("409-service-one-conflict"));
    EXPECT_NE(conflict.version, version) << "the ETag";
    EXPECT_EQ(Time(conflict.until), world.now + 10 * kMinute);
    EXPECT_EQ(world.count("conflict " + id), 2u);
    EXPECT_EQ(world.core().ledgers().counters.conflicts, 1u) << "it is one conflict";
    EXPECT_EQ(entries(world), 1u);
    EXPECT_FALSE(conflict.over());
}

TEST(Conflict, FirstLimitToTheCallersOwnCodesSaysThatTheyFailed) {
    World world;
    StartOptions options;
    options.terminate = {"mine"};
    const core::Conflict& conflict = world.conflict(world.limited(options));
    EXPECT_EQ(conflict.attempt, 1u);
    ASSERT_EQ(conflict.failed.count, 1u);
    EXPECT_EQ(conflict.failed.list[0].view(), "mine");
}

// Row by row, what may go wrong on the way to CM and back.
TEST(Conflict, FaultOnTheWayChangesNothing) {
    const Reply kFaults[] = {
        unreachable(),
        response(500),
        response(503),
        response(503, "", "<html></html>", "text/html"),
        response(400),
        response(401),
        response(403, "", "<html></html>", "text/html"),
        response(404),
        response(410),
        response(302, "Location: login\r\n"),
        response(200, "", "<html></html>", "text/html"),
        response(409, "", "<html></html>", "text/html"),
        no_tls("certificate-expired"),
        {{}, cm::Meaning::clock_not_set, "clock"},
        throttled(30),
    };
    for (const Reply& fault : kFaults) {
        for (const std::vector<std::string>& codes :
             {std::vector<std::string>{kCode}, std::vector<std::string>{}}) {
            World world;
            const std::string id = world.limited();
            const std::uint64_t version = world.conflict(id).version;
            const Ticket ticket = world.resolve(id, codes);
            world.answer(world.next(cm::Call::start), fault);
            EXPECT_EQ(world.outcome(ticket).kind, Outcome::refused) << fault.http;
            EXPECT_FALSE(world.conflict(id).over()) << fault.http;
            EXPECT_EQ(world.conflict(id).version, version) << fault.http;
            EXPECT_EQ(world.count("conflict"), 1u) << fault.http;
            EXPECT_TRUE(world.core().idle()) << fault.http;
            world.advance(kMinute);
            const Ticket again = world.resolve(id, {kCode});
            world.answer(world.next(cm::Call::start), granted("cm-2", 60));
            EXPECT_EQ(world.outcome(again).kind, Outcome::started) << fault.http;
            EXPECT_EQ(world.conflict(id).outcome, core::Outcome::chosen);
        }
    }
}

TEST(Conflict, ThrottleIsTold) {
    World world;
    const std::string id = world.limited();
    const Ticket ticket = world.resolve(id, {kCode});
    world.answer(world.next(cm::Call::start), throttled(30));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::throttled);
    EXPECT_EQ(world.outcome(ticket).retry_after, 30 * kSecond);
    world.resolve(id, {kCode});
    EXPECT_EQ(world.refusal(), Refusal::throttled) << "at once, and the conflict is open still";
    EXPECT_FALSE(world.conflict(id).over());
}

TEST(Conflict, LookUpDecidesAfterAnUnclearChoice) {
    {
        World world;
        const std::string id = world.limited();
        const Ticket ticket = world.resolve(id, {kCode});
        const Call start = world.next(cm::Call::start);
        world.answer(start, lost());
        world.answer(world.next(cm::Call::running_streams), streams_with("cm-2", start));
        EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
        EXPECT_EQ(world.conflict(id).outcome, core::Outcome::chosen);
    }
    for (const Reply& look : {no_streams(), unreachable()}) {
        World world;
        const std::string id = world.limited();
        const Ticket ticket = world.resolve(id, {kCode});
        const Call start = world.next(cm::Call::start);
        world.answer(start, lost());
        world.answer(world.next(cm::Call::running_streams), look);
        EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
        EXPECT_FALSE(world.conflict(id).over());
    }
}

// CM took the start after all, but its viewer was told that it had not: it is given back, and the
// next choice waits for that.
TEST(Conflict, NextChoiceWaitsUntilALateGrantIsGivenBack) {
    World world;
    const std::string id = world.limited();
    world.resolve(id, {kCode});
    const Call start = world.next(cm::Call::start);
    world.answer(start, lost());
    world.answer(world.next(cm::Call::running_streams), unreachable());
    const Ticket again = world.resolve(id, {kCode});
    EXPECT_EQ(world.in_flight(), 0u);
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-2", start));
    EXPECT_EQ(world.in_flight(), 1u) << "the DELETE first";
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_FALSE(world.conflict(id).over());
    world.answer(world.next(cm::Call::start), granted("cm-3", 60));
    EXPECT_EQ(world.outcome(again).kind, Outcome::started);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::chosen);
}

TEST(Conflict, MissingMetadataOfAChoiceIsADetour) {
    World world;
    const std::string id = world.limited();
    const Ticket ticket = world.resolve(id, {kCode});
    world.answer(world.next(cm::Call::start), refresh());
    world.answer(world.next(cm::Call::metadata), response(200, "", R"(["channel","hba"])"));
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::missing_metadata);
    EXPECT_FALSE(world.conflict(id).over());
}

TEST(Conflict, BrokenConnectionOfTheUiChangesNothing) {
    World world;
    const std::string id = world.limited();
    const Ticket ticket = world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    world.abandon(ticket);
    EXPECT_FALSE(world.conflict(id).over());
    world.answer(call, granted("cm-2", 60));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_FALSE(world.conflict(id).over()) << "what was granted is given back";
    const Ticket again = world.resolve(id, {kCode});
    world.answer(world.next(cm::Call::start), granted("cm-3", 60));
    EXPECT_EQ(world.outcome(again).kind, Outcome::started);
}

TEST(Conflict, LimitToAChoiceThatWasAbandonedRenewsIt) {
    World world;
    const std::string id = world.limited();
    const Ticket ticket = world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    world.abandon(ticket);
    world.answer(call, limited_again());
    EXPECT_FALSE(world.conflict(id).over());
    EXPECT_EQ(world.conflict(id).attempt, 2u);
    EXPECT_EQ(world.count("conflict " + id), 2u) << "the UI is told, for it may be another";
    EXPECT_EQ(world.core().ledgers().counters.conflicts, 1u);
}

TEST(Conflict, SameChoiceAgainTakesOverTheWaitingStart) {
    World world;
    const std::string id = world.limited();
    const Ticket first = world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    const Ticket second = world.resolve(id, {kCode});
    EXPECT_EQ(world.outcome(first).refusal, Refusal::replaced);
    EXPECT_EQ(world.in_flight(), 0u) << "it is the same start";
    world.answer(call, granted("cm-2", 60));
    EXPECT_EQ(world.outcome(second).kind, Outcome::started);
    EXPECT_EQ(world.session(world.outcome(second).session).cm_id.view(), "cm-2");
}

TEST(Conflict, AnotherChoiceTakesThePlaceOfTheFirst) {
    World world;
    const std::string id = world.limited();
    const Ticket first = world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    const Ticket second = world.resolve(id);
    EXPECT_EQ(world.outcome(first).refusal, Refusal::replaced);
    EXPECT_EQ(world.in_flight(), 0u) << "CM decides the first one first";
    const Ticket third = world.resolve(id, {kCode});
    EXPECT_EQ(world.outcome(second).refusal, Refusal::replaced);
    world.answer(call, granted("cm-2", 60));
    world.answer(world.next(cm::Call::end), response(202));
    const Call last = world.next(cm::Call::start);
    EXPECT_TRUE(last.urgent);
    EXPECT_EQ(last.terminate, std::vector<std::string>{kCode});
    world.answer(last, granted("cm-3", 60));
    EXPECT_EQ(world.outcome(third).kind, Outcome::started);
    EXPECT_EQ(world.in_flight(), 0u);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::chosen);
}

TEST(Conflict, AnotherChoiceGetsThePlaceOfTheFirstWhereThereIsNoOther) {
    World world;
    const std::string id = world.limited();
    world.abandon(world.resolve(id, {kCode}));
    for (std::size_t i = 1; i < core::SessionTable::kRecords; ++i)
        world.abandon(world.start(by("another")));
    const Ticket again = world.resolve(id, {kCode});
    for (std::size_t i = 1; i < core::SessionTable::kRecords; ++i)
        world.answer(world.next(cm::Call::start), limited_again());
    world.answer(world.next(cm::Call::start), granted("cm-2", 60));
    EXPECT_EQ(world.outcome(again).kind, Outcome::started);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::chosen);
}

TEST(Conflict, SameStartAgainWithoutCodes) {
    World world;
    const std::string id = world.limited();
    const Ticket ticket = world.resolve(id);
    const Call call = world.next(cm::Call::start);
    EXPECT_TRUE(call.terminate.empty());
    world.answer(call, granted("cm-2", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::granted);
    world.resolve(id);
    EXPECT_EQ(world.refusal(), Refusal::conflict_over);
}

TEST(Conflict, GivenUpIsOverAndSoIsAStartThroughIt) {
    World world;
    const std::string id = world.limited();
    const Ticket ticket = world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    world.give_up(id);
    EXPECT_EQ(world.refusal(), Refusal::none);
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::replaced);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::gave_up);
    world.answer(call, granted("cm-2", 60));
    world.answer(world.next(cm::Call::end), response(202));
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::gave_up);
    world.give_up("nonsense");
    EXPECT_EQ(world.refusal(), Refusal::no_such_conflict);
}

TEST(Conflict, ExpiresTenMinutesAfterTheLast409ButNotUnderAChoice) {
    World world;
    const std::string id = world.limited();
    world.advance(9 * kMinute);
    world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    world.advance(2 * kMinute);
    EXPECT_FALSE(world.conflict(id).over());
    world.answer(call, unreachable());
    world.advance(1);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::expired);
    world.resolve(id, {kCode});
    EXPECT_EQ(world.refusal(), Refusal::conflict_over);
}

TEST(Conflict, IsLeftOpenByTheEndOfTheDaemon) {
    World world;
    const std::string id = world.limited();
    const Ticket ticket = world.resolve(id, {kCode});
    (void)world.next(cm::Call::start);
    world.shut_down();
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::shutting_down);
    EXPECT_FALSE(world.conflict(id).over());
}

TEST(Conflict, IsGivenUpWithALogout) {
    World world;
    const std::string id = world.limited();
    const std::string other = world.limited(by("another"));
    world.logout();
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::gave_up);
    EXPECT_FALSE(world.conflict(other).over());
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

// --- it survives a crash of the daemon ---

TEST(Conflict, SurvivesACrashWithAllThatTheViewerNeeds) {
    World world;
    StartOptions films = in_news();
    films.player = kMpvPlayer;
    films.metadata["channel"] = "films";
    const std::string session = world.playing(films);
    world.answer(world.next(cm::Call::heartbeat), limited_again());
    world.player(kMpvPlayer, What::stopped);
    const std::string id = told(world);
    const Ticket lost = world.resolve(id, {kCode});
    world.answer(world.next(cm::Call::start), limited_again());
    EXPECT_EQ(world.outcome(lost).kind, Outcome::limited);
    const core::Conflict before = world.conflict(id);
    world.advance(kMinute);
    world.crash();
    const core::Conflict& conflict = world.conflict(id);
    EXPECT_EQ(conflict.text(), before.text());
    EXPECT_EQ(conflict.attempt, 2u);
    EXPECT_EQ(conflict.failed.list[0].view(), kCode);
    EXPECT_EQ(conflict.session.view(), session);
    EXPECT_EQ(conflict.heard_wall_ms, before.heard_wall_ms);
    EXPECT_EQ(Time(conflict.until), Time(before.until));
    EXPECT_NE(conflict.version, before.version) << "what plays here is another";
    EXPECT_TRUE(conflict.told);
    const Ticket ticket = world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    EXPECT_EQ(call.application, "news-app");
    EXPECT_EQ(call.metadata.at("channel"), "films");
    world.answer(call, granted("cm-2", 60));
    EXPECT_EQ(world.session(world.outcome(ticket).session).stream.player, kMpvPlayer);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::chosen);
    EXPECT_EQ(entries(world), 1u) << "one conflict, over a crash";
    const core::History& history = world.core().ledgers().history;
    EXPECT_EQ(history[history.size() - 1].outcome, core::Outcome::chosen);
}

TEST(Conflict, OfASessionThatWasBeingStoppedIsNamedAfterACrash) {
    World world;
    const std::string session = world.playing(on_mpv());
    world.answer(world.next(cm::Call::heartbeat), limited_again());
    const std::string id = told(world);
    world.crash();
    EXPECT_EQ(world.orders.back(), "stop 1");
    EXPECT_EQ(world.session(session).conflict.view(), id);
    EXPECT_EQ(world.session(session).progress.end_reason, core::EndReason::displaced);
}

TEST(Conflict, ExpiresAfterACrashWhenItWouldHave) {
    World world;
    const std::string id = world.limited();
    world.advance(9 * kMinute);
    world.crash();
    EXPECT_FALSE(world.conflict(id).over());
    world.advance(kMinute);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::expired);
    world.crash();
    EXPECT_EQ(world.core().ledgers().conflicts.find(id), nullptr);
}

TEST(Conflict, DoesNotSurviveAReboot) {
    World world;
    const std::string id = world.limited();
    world.reboot();
    EXPECT_EQ(world.core().ledgers().conflicts.find(id), nullptr);
}

TEST(Conflict, UnderAChoiceSurvivesACrashAndIsOpen) {
    World world;
    const std::string id = world.limited();
    world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    world.crash();
    EXPECT_FALSE(world.conflict(id).over());
    // CM may have taken the start, whose viewer is gone with the connection.
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-2", call));
    EXPECT_FALSE(world.conflict(id).over());
}

TEST(Conflict, LeavesNothingOfTheAccountOnTheFlash) {
    for (const bool given_up : {true, false}) {
        World world;
        const std::string id = world.limited(by("a-viewer"));
        EXPECT_NE(world.flash.find("a-viewer"), std::string::npos);
        if (given_up) world.give_up(id);
        world.advance(10 * kMinute);
        EXPECT_EQ(world.flash.find("a-viewer"), std::string::npos);
    }
    World world;
    (void)world.limited(by("a-viewer"));
    world.logout("a-viewer");
    EXPECT_EQ(world.flash.find("a-viewer"), std::string::npos);
}

// --- a limit is not forgotten in an outage ---

TEST(Conflict, LimitThatIsKnownLetsNoStartInOnCredit) {
    struct Case {
        const char* what;
        void (*then)(World& world, const std::string& conflict);
        bool known;
    };
    const Case kCases[] = {
        {"it is open", [](World&, const std::string&) {}, true},
        {"given up", [](World& w, const std::string& id) { w.give_up(id); }, true},
        {"given up, and time goes on",
         [](World& w, const std::string& id) { w.give_up(id), w.advance(15 * kMinute - 1); }, true},
        {"expired", [](World& w, const std::string&) { w.advance(15 * kMinute - 1); }, true},
        {"long ago", [](World& w, const std::string&) { w.advance(15 * kMinute); }, false},
        {"a choice was granted",
         [](World& w, const std::string& id) {
             const Ticket ticket = w.resolve(id, {kCode});
             w.answer(w.next(cm::Call::start), granted("cm-2", 60));
             w.release(w.outcome(ticket).session);
             w.answer(w.next(cm::Call::end), response(202));
         },
         false},
        {"another start was granted",
         [](World& w, const std::string&) { w.release(w.playing()), w.next(cm::Call::end); },
         false},
        {"another application's start was granted",
         [](World& w, const std::string&) {
             w.release(w.playing(in_news())), w.next(cm::Call::end);
         },
         true},
        {"the daemon crashed", [](World& w, const std::string&) { w.crash(); }, true},
        {"given up before the daemon crashed",
         [](World& w, const std::string& id) { w.give_up(id), w.crash(); }, true},
        {"logged out", [](World& w, const std::string&) { w.logout(); }, true},
        {"the box was booted again", [](World& w, const std::string&) { w.reboot(); }, true},
    };
    for (const Case& one : kCases) {
        World world;
        const std::string id = world.limited();
        one.then(world, id);
        const Ticket ticket = world.start();
        world.answer(world.next(cm::Call::start), unreachable());
        EXPECT_EQ(world.outcome(ticket).kind, one.known ? Outcome::refused : Outcome::started)
            << one.what;
        if (!one.known) continue;
        EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_unreachable) << one.what;
        EXPECT_EQ(world.outcome(ticket).reason, "limit-known") << one.what;
        const Ticket other = world.start(by("another"));
        world.answer(world.await(cm::Call::start), unreachable());
        EXPECT_EQ(world.outcome(other).kind, Outcome::started) << one.what;
    }
}

TEST(Conflict, ChoiceIsNeverLetInOnCredit) {
    World world;
    const std::string id = world.limited();
    world.release(world.playing());  // a start was granted meanwhile: the limit is not known now
    (void)world.next(cm::Call::end);
    const Ticket ticket = world.resolve(id, {kCode});
    world.answer(world.next(cm::Call::start), unreachable());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_unreachable);
    EXPECT_EQ(world.outcome(ticket).reason, "limit-known");
    EXPECT_FALSE(world.conflict(id).over());
}

TEST(Conflict, WhatPlaysKeepsItsGrace) {
    World world;
    const std::string id = world.playing();
    (void)world.limited();
    world.answer_all(unreachable(), 70 * kSecond);
    EXPECT_EQ(world.session(id).state(), State::grace);
}

}  // namespace
}  // namespace cmagent::scenario
