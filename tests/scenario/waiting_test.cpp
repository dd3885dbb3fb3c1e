// POST /v1/conflicts/{id} {"wait":…}: waiting for a place (contract.md, "Waiting for a place").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

// 409: the kitchen and the cellar are in the way.
Reply two_in_the_way() {
    return limit(R"({"kitchen":[{"terminationCode":"c-kitchen"}],
                     "cellar":[{"terminationCode":"c-cellar"}]})");
}

// The running streams of that many seconds' life, and others that CM only counts.
Reply running(const std::vector<std::string>& ids, int others = 0, int seconds = 60) {
    std::string list;
    for (const std::string& id : ids)
        list += (list.empty() ? "" : ",") + (R"({"sessionId":")" + id + "\"}");
    const std::string count =
        others > 0 ? R"(,"otherStreams":)" + std::to_string(others) : std::string();
    return streams("[" + list + "]" + count, seconds);
}

// A conflict of the viewer's, for which a place is waited.
std::string waiting(World& world, bool start, const Reply& reply = two_in_the_way(),
                    Millis span = 15 * kMinute) {
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), reply);
    const std::string conflict = world.outcome(ticket).conflict;
    EXPECT_EQ(world.wait(conflict, span, start), Refusal::none);
    return conflict;
}

const core::Conflict& conflict_of(World& world, const std::string& id) {
    return world.conflict(id);
}

void look(World& world, const Reply& reply) {
    world.answer(world.next(cm::Call::running_streams), reply);
}

TEST(Wait, TellsOnceThatAPlaceIsFree) {
    World world;
    world.listeners({kNobody});
    const std::string conflict = waiting(world, false);
    look(world, running({"kitchen", "cellar"}));
    EXPECT_EQ(world.count("slot-free"), 0u);
    look(world, running({"cellar", "attic"}));
    EXPECT_EQ(world.count("slot-free " + conflict), 1u);
    look(world, running({"cellar", "attic"}));
    EXPECT_EQ(world.count("slot-free"), 1u) << "it was told";
    EXPECT_TRUE(conflict_of(world, conflict).wait.on());
    look(world, running({"attic"}));
    EXPECT_EQ(world.count("slot-free"), 2u);
    EXPECT_FALSE(conflict_of(world, conflict).wait.on()) << "nothing is in the way any more";
    EXPECT_FALSE(conflict_of(world, conflict).over()) << "the viewer may choose";
}

TEST(Wait, KnowsAStreamByItsCodeWhereCmGivesNoName) {
    World world;
    waiting(world, false, response(409, "", R"({"associatedAdvice":[{"type":"rule-violation",
        "attribute":"deviceId","conflicts":{"d1":[{"terminationCode":"a"},{"terminationCode":"b"}],
        "d2":[{"terminationCode":"a"}]}}]})"));
    look(world, streams(R"([{"sessionId":"1","terminationCode":"a"},
                            {"sessionId":"2","terminationCode":"b"}])",
                        60));
    EXPECT_EQ(world.count("slot-free"), 0u) << "one that is in the way twice is one";
    look(world, streams(R"([{"sessionId":"2","terminationCode":"b"}])", 60));
    EXPECT_EQ(world.count("slot-free"), 1u);
}

TEST(Wait, CountsWhereCmDoesNotSayWhoIsInTheWay) {
    World world;
    const std::string conflict = waiting(world, false, response(409));
    look(world, running({"a", "b"}));
    look(world, running({"a", "b", "c"}));
    EXPECT_EQ(world.count("slot-free"), 0u);
    look(world, running({"b", "c"}));
    EXPECT_EQ(world.count("slot-free"), 1u);
    look(world, running({}));
    EXPECT_EQ(world.count("slot-free"), 2u);
    EXPECT_FALSE(conflict_of(world, conflict).wait.on());
}

TEST(Wait, CountsWhereThoseInTheWayHaveNeitherNameNorCode) {
    World world;
    waiting(world, false, response(409, "", R"({"associatedAdvice":[{"type":"rule-violation",
        "attribute":"deviceId","conflicts":{"d1":[{"deviceName":"Kitchen"}]}}]})"));
    look(world, running({"a", "b"}));
    look(world, running({"b"}));
    EXPECT_EQ(world.count("slot-free"), 1u);
}

TEST(Wait, CountsWhereCmCountsMoreThanItLists) {
    World world;
    waiting(world, false);
    look(world, running({"attic"}, 2));
    EXPECT_EQ(world.count("slot-free"), 0u) << "the kitchen may be one of the others";
    look(world, running({"attic"}, 1));
    EXPECT_EQ(world.count("slot-free"), 1u);
}

// --- pace ---

TEST(Wait, LooksAtTheFirstLapseThenTwiceAMinute) {
    World world;
    world.ask(cm::Call::running_streams);
    look(world, running({"kitchen", "cellar"}, 0, 40));
    const Time looked = world.now;
    world.advance(10 * kSecond);
    waiting(world, false);
    const Call first = world.next(cm::Call::running_streams);
    EXPECT_EQ(first.at - looked, 41 * kSecond);
    EXPECT_FALSE(first.urgent) << "no start waits behind it";
    world.answer(first, running({"kitchen", "cellar"}, 0, 40));
    EXPECT_EQ(world.next(cm::Call::running_streams).at - first.at, 30 * kSecond);
}

TEST(Wait, OfAQuarterOfAnHourIsAtMostTwoCallsAMinute) {
    World world;
    waiting(world, false);
    const std::size_t calls = world.answer_all(running({"kitchen", "cellar"}), 20 * kMinute);
    EXPECT_GE(calls, 29u);
    EXPECT_LE(calls, 31u);
}

TEST(Wait, LooksLessWhileCmFails) {
    World world;
    waiting(world, false);
    const std::size_t calls = world.answer_all(unreachable(), 15 * kMinute);
    EXPECT_LE(calls, 7u);
    EXPECT_GE(calls, 5u);
}

TEST(Wait, IsOneLookForAll) {
    World world;
    waiting(world, false);
    waiting(world, false);
    world.wake_at(world.now);
    look(world, running({"kitchen", "cellar"}));
    EXPECT_EQ(world.in_flight(), 0u);
    world.advance(10 * kSecond);
    world.look(true);
    look(world, running({"kitchen"}));
    EXPECT_EQ(world.count("slot-free"), 2u) << "a look that a panel has asked for tells too";
}

TEST(Wait, AsksNothingWhileCmThrottlesTheSubject) {
    World world;
    const std::string conflict = waiting(world, false);
    look(world, running({"kitchen", "cellar"}));
    world.start();
    world.answer(world.next(cm::Call::start), throttled(100));
    const Time silenced = world.now;
    EXPECT_GE(world.next(cm::Call::running_streams).at - silenced, 100 * kSecond);
    EXPECT_TRUE(conflict_of(world, conflict).wait.on());
}

// CM does not say when the first stream lapses, so that the first look is due at once.
Reply without_expires() {
    return response(200, "", R"({"runningStreams":[{"sessionId":"kitchen"}]})");
}

TEST(Wait, TakesALookOfThisMomentForTheFirst) {
    World world;
    const Ticket ticket = world.start();
    world.answer(world.next(cm::Call::start), two_in_the_way());
    world.look();
    look(world, without_expires());
    EXPECT_EQ(world.wait(world.outcome(ticket).conflict, kMinute, false), Refusal::none);
    world.advance(kSecond);
    EXPECT_EQ(world.count("slot-free"), 1u) << "the cellar has stopped meanwhile";
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Wait, TakesNoLookFromBeforeTheLimit) {
    World world;
    world.look();
    look(world, without_expires());
    waiting(world, false);
    world.advance(kSecond);
    EXPECT_EQ(world.count("slot-free"), 0u) << "the cellar has begun since";
    look(world, running({"kitchen", "cellar"}));
    EXPECT_EQ(world.count("slot-free"), 0u);
}

// The household need not wait for a place that this box itself has freed.
TEST(Wait, LooksWhenASessionOfThisBoxIsOver) {
    World world;
    const std::string own = world.playing();
    world.look();
    look(world, running({"kitchen", "cellar"}));
    const std::string conflict = waiting(world, false);
    world.advance(5 * kSecond);
    world.release(own);
    world.answer(world.next(cm::Call::end), response(202));
    const Time over = world.now;
    const Call call = world.next(cm::Call::running_streams);
    EXPECT_EQ(call.at, over) << "not at the first lapse";
    world.answer(call, running({"kitchen"}));
    EXPECT_EQ(world.count("slot-free " + conflict), 1u);
}

TEST(Wait, LooksTwiceAMinuteHoweverOftenSessionsOfThisBoxEnd) {
    World world;
    waiting(world, false);
    std::size_t calls = 0;
    for (int second = 0; second < 120; ++second) {
        world.release(world.playing());
        world.answer(world.next(cm::Call::end), response(202));
        world.advance(kSecond);
        for (; world.in_flight() != 0; ++calls) look(world, running({"kitchen", "cellar"}));
    }
    EXPECT_LE(calls, 5u);
}

TEST(Wait, LooksAtOnceWhereTheFirstLapseIsOver) {
    World world;
    world.look();
    look(world, running({"kitchen", "cellar"}, 0, 40));
    world.advance(kMinute);
    waiting(world, false);
    const Time asked = world.now;
    EXPECT_EQ(world.next(cm::Call::running_streams).at, asked);
}

TEST(Wait, ConsidersNoLookAtAnotherAccount) {
    World world;
    waiting(world, false);
    look(world, running({"kitchen", "cellar"}));
    for (const std::uint8_t application : {std::uint8_t{0}, std::uint8_t{1}}) {
        world.look(true, application == 0 ? "other" : "viewer", application);
        look(world, running({}));
    }
    EXPECT_EQ(world.count("slot-free"), 0u);
}

TEST(Wait, LooksAsSoonAsItMayWhereASessionOfThisBoxHasJustEnded) {
    World world;
    const std::string id = world.playing();
    world.look();
    look(world, without_expires());
    const Time looked = world.now;
    world.release(id);
    world.answer(world.next(cm::Call::end), response(202));
    waiting(world, false);
    EXPECT_EQ(world.next(cm::Call::running_streams).at - looked, 2 * kSecond);
}

TEST(Wait, DoesNotAskAgainAtOnceWhatHasJustFailed) {
    World world;
    world.look();
    look(world, unreachable());
    const Time looked = world.now;
    waiting(world, false);
    EXPECT_GE(world.next(cm::Call::running_streams).at - looked, kMinute);
}

// --- with a start ---

TEST(WaitAndStart, StartsWhatTheViewerWanted) {
    World world;
    world.listeners({kNobody});
    const std::string conflict = waiting(world, true);
    look(world, running({"kitchen", "cellar"}));
    look(world, running({"cellar"}));
    const Call start = world.next(cm::Call::start);
    EXPECT_EQ(start.metadata.at("channel"), "news");
    EXPECT_TRUE(start.terminate.empty());
    world.answer(start, granted("mine", 60));
    EXPECT_EQ(world.count("session-started"), 1u);
    EXPECT_EQ(world.count("slot-free"), 0u);
    EXPECT_EQ(world.started_by_waiting, std::vector<std::string>{conflict});
    EXPECT_EQ(conflict_of(world, conflict).outcome, core::Outcome::waited);
    EXPECT_FALSE(conflict_of(world, conflict).wait.on());
}

TEST(WaitAndStart, WaitsOnAfterAnotherLimit) {
    World world;
    world.listeners({kNobody});
    const std::string conflict = waiting(world, true);
    look(world, running({"cellar"}));
    world.answer(world.next(cm::Call::start), limit(R"({"attic":[{"terminationCode":"x"}]})"));
    EXPECT_EQ(conflict_of(world, conflict).attempt, 2u);
    EXPECT_EQ(world.count("conflict"), 2u);
    look(world, running({"cellar", "attic"}));
    EXPECT_EQ(world.in_flight(), 0u) << "the cellar was never said to be in the way again";
    look(world, running({"cellar"}));
    world.answer(world.next(cm::Call::start), granted("mine", 60));
    EXPECT_EQ(conflict_of(world, conflict).outcome, core::Outcome::waited);
}

TEST(WaitAndStart, TriesAgainAfterAFault) {
    World world;
    world.listeners({kNobody});
    const std::string conflict = waiting(world, true);
    look(world, running({"cellar"}));
    const Call first = world.next(cm::Call::start);
    world.answer(first, unreachable());
    EXPECT_FALSE(conflict_of(world, conflict).over());
    look(world, running({"cellar"}));
    const Call second = world.next(cm::Call::start);
    EXPECT_GE(second.at - first.at, 30 * kSecond);
    world.answer(second, granted("mine", 60));
    EXPECT_EQ(conflict_of(world, conflict).outcome, core::Outcome::waited);
}

TEST(WaitAndStart, IsNotTriedMoreOftenBecauseAPanelLooks) {
    World world;
    world.listeners({kNobody});
    waiting(world, true);
    look(world, running({"cellar"}));
    world.answer(world.next(cm::Call::start), unreachable());
    world.advance(10 * kSecond);
    world.look(true);
    look(world, running({"cellar"}));
    EXPECT_EQ(world.in_flight(), 0u);
    look(world, running({"cellar"}));
    EXPECT_EQ(world.in_flight(), 1u);
}

TEST(WaitAndStart, WaitsForRoomOnThisBoxToo) {
    World world;
    world.settings.max_sessions = 1;
    world.listeners({kNobody});
    const std::string conflict = waiting(world, true);
    const std::string id = world.playing(by("other"));
    look(world, running({"cellar"}));
    EXPECT_EQ(world.in_flight(), 0u);
    world.release(id);
    world.answer(world.next(cm::Call::end), response(202));
    look(world, running({"cellar"}));
    world.answer(world.next(cm::Call::start), granted("mine", 60));
    EXPECT_EQ(conflict_of(world, conflict).outcome, core::Outcome::waited);
}

TEST(WaitAndStart, MakesNoStartBesideTheViewersOwn) {
    World world;
    world.listeners({kNobody});
    const std::string conflict = waiting(world, true);
    look(world, running({"kitchen", "cellar"}));
    const Ticket ticket = world.resolve(conflict, {"c-kitchen"});
    const Call start = world.next(cm::Call::start);
    world.advance(30 * kSecond);
    look(world, running({"cellar"}));
    EXPECT_EQ(world.in_flight(), 0u);
    world.answer(start, granted("mine", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(conflict_of(world, conflict).outcome, core::Outcome::chosen);
    EXPECT_FALSE(conflict_of(world, conflict).wait.on());
}

TEST(WaitAndStart, GivesWayToTheViewersChoice) {
    World world;
    world.listeners({kNobody});
    const std::string conflict = waiting(world, true);
    look(world, running({"cellar"}));
    const Call waited = world.next(cm::Call::start);
    const Ticket ticket = world.resolve(conflict, {"c-cellar"});
    world.answer(waited, granted("first", 60));
    world.answer(world.next(cm::Call::end), response(202));
    world.answer(world.next(cm::Call::start), granted("second", 60));
    EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
    EXPECT_EQ(world.count("session-started"), 1u);
}

TEST(WaitAndStart, EndsWhenNobodyIsThereToShowThePicture) {
    World world;
    world.listeners({kNobody});
    const std::string conflict = waiting(world, true);
    look(world, running({"kitchen", "cellar"}));
    world.listeners({});
    world.advance(30 * kSecond);
    world.listeners({kNobody});
    world.listeners({});
    world.advance(59 * kSecond);
    EXPECT_TRUE(conflict_of(world, conflict).wait.on());
    world.advance(kSecond);
    EXPECT_FALSE(conflict_of(world, conflict).wait.on());
    EXPECT_FALSE(conflict_of(world, conflict).over());
}

TEST(WaitAndStart, NeedsAListenerWithinTheFirstMinute) {
    World world;
    const std::string conflict = waiting(world, true);
    world.advance(59 * kSecond);
    EXPECT_TRUE(conflict_of(world, conflict).wait.on());
    world.advance(kSecond);
    EXPECT_FALSE(conflict_of(world, conflict).wait.on());
}

TEST(WaitAndStart, EndsWhereNothingIsInTheWayAndCmRefusesAllTheSame) {
    World world;
    world.listeners({kNobody});
    const std::string conflict = waiting(world, true, response(409));
    look(world, running({}));
    EXPECT_FALSE(conflict_of(world, conflict).wait.on());
    EXPECT_EQ(world.in_flight(), 0u);
}

// --- the end of the waiting ---

TEST(Wait, LetsTheConflictLiveAndEndsWithIt) {
    World world;
    const std::string conflict = waiting(world, false, two_in_the_way(), 20 * kMinute);
    world.answer_all(running({"kitchen", "cellar"}), 20 * kMinute - kSecond);
    EXPECT_FALSE(conflict_of(world, conflict).over());
    world.answer_all(running({"kitchen", "cellar"}), kSecond);
    EXPECT_TRUE(conflict_of(world, conflict).over());
    EXPECT_EQ(world.core().next_deadline(), kNever);
}

TEST(Wait, EndsBeforeTheConflictThatIsYounger) {
    World world;
    const std::string conflict = waiting(world, false, two_in_the_way(), kMinute);
    world.answer_all(running({"kitchen", "cellar"}), kMinute);
    EXPECT_FALSE(conflict_of(world, conflict).wait.on());
    EXPECT_FALSE(conflict_of(world, conflict).over());
}

TEST(Wait, EndsWhenTheViewerSaysSo) {
    World world;
    const std::string conflict = waiting(world, false);
    const std::uint64_t version = conflict_of(world, conflict).version;
    EXPECT_EQ(world.wait(conflict, 0, false), Refusal::none);
    EXPECT_FALSE(conflict_of(world, conflict).wait.on());
    EXPECT_NE(conflict_of(world, conflict).version, version) << "the ETag changes with it";
    world.advance(kMinute);
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Wait, EndsWithTheConflict) {
    for (const bool logout : {false, true}) {
        World world;
        const std::string conflict = waiting(world, true);
        if (logout) {
            world.logout();
        } else {
            world.give_up(conflict);
        }
        EXPECT_FALSE(conflict_of(world, conflict).wait.on());
        world.advance(kMinute);
        EXPECT_EQ(world.in_flight(), 0u);
        EXPECT_EQ(world.wait(conflict, kMinute, false), Refusal::conflict_over);
    }
    World world;
    EXPECT_EQ(world.wait("none", kMinute, false), Refusal::no_such_conflict);
}

TEST(Wait, TakesTheStartBackWhenTheViewerGivesUp) {
    World world;
    world.listeners({kNobody});
    const std::string conflict = waiting(world, true);
    look(world, running({"cellar"}));
    const Call start = world.next(cm::Call::start);
    world.give_up(conflict);
    world.answer(start, granted("mine", 60));
    EXPECT_EQ(world.next(cm::Call::end).session, "mine");
    EXPECT_EQ(world.count("session-started"), 0u);
}

TEST(Wait, AsksNothingWhileTheAgentEnds) {
    World world;
    waiting(world, true);
    world.shut_down();
    EXPECT_TRUE(world.core().idle());
    world.advance(5 * kMinute);
    EXPECT_EQ(world.in_flight(), 0u);
}

TEST(Wait, DoesNotSurviveTheDaemon) {
    World world;
    const std::string conflict = waiting(world, true);
    world.crash();
    ASSERT_NE(world.core().ledgers().conflicts.find(conflict), nullptr);
    EXPECT_FALSE(conflict_of(world, conflict).wait.on());
}

}  // namespace
}  // namespace cmagent::scenario
