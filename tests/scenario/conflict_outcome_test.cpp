// A conflict lives until its outcome: choices, faults on the way, time (contract.md, "Conflict").

#include <gtest/gtest.h>

#include "tests/scenario/told_conflicts.h"

namespace cmagent::scenario {
namespace {

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
        lost(),
        alerted(),
        {{}, cm::Meaning::clock_not_set, "clock", {}},
        throttled(30),
    };
    for (const Reply& fault : kFaults) {
        for (const std::vector<std::string>& codes :
             {std::vector<std::string>{kCode}, std::vector<std::string>{}}) {
            World world;
            const std::string id = world.limited();
            const std::uint64_t version = world.conflict(id).version;
            const Ticket ticket = world.resolve(id, codes);
            world.answer_start(fault);
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
    {
        World world;
        const std::string id = world.limited();
        const Ticket ticket = world.resolve(id, {kCode});
        const Call again = world.answer_start(lost());
        EXPECT_EQ(again.terminate, std::vector<std::string>{kCode}) << "what was chosen is chosen";
        EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
        EXPECT_FALSE(world.conflict(id).over());
    }
    World world;
    const std::string id = world.limited();
    const Ticket ticket = world.resolve(id, {kCode});
    world.answer(world.next(cm::Call::start), lost());
    world.answer(world.next(cm::Call::running_streams), unreachable());
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::cm_timeout);
    EXPECT_FALSE(world.conflict(id).over());
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

}  // namespace
}  // namespace cmagent::scenario
