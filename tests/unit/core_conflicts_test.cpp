// The conflicts that a viewer may decide, and what is remembered of those that are over.

#include "agent/core/conflicts.h"

#include <gtest/gtest.h>

#include <memory>

#include "agent/core/resolve.h"
#include "tests/fixture.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

constexpr Time kNow{1'000'000};
constexpr const char* kFirst = "0000000000000001";

struct ConflictsTest : testing::Test {
    // Each second one is of the same caller: no share is spent.
    Conflict& open(std::uint64_t id, StreamRequest stream = stream_of("viewer")) {
        stream.party = Party::of_user(id % 2);
        Conflict& conflict = conflicts.place(stream.party);
        conflicts.open(conflict, stream, id);
        Conflicts::renew(conflict, {"{}", nullptr, 0, kNow, id});
        return conflict;
    }
    [[nodiscard]] bool knows(const char* id) const {
        return std::as_const(conflicts).find(id) != nullptr;
    }

    std::unique_ptr<Ledgers> ledgers = std::make_unique<Ledgers>();
    Conflicts& conflicts = ledgers->conflicts;
};

TEST_F(ConflictsTest, IsKeptWithWhatWasWantedAndWhatCmSaid) {
    Conflict& conflict = conflicts.place({});
    conflicts.open(conflict, stream_of("viewer"), 0x12);
    Conflicts::renew(conflict, {"{\"a\":1}", nullptr, 7, kNow, 99});
    EXPECT_EQ(conflict.id.view(), "0000000000000012");
    EXPECT_EQ(conflict.text(), "{\"a\":1}");
    EXPECT_EQ(conflict.stream.subject.view(), "viewer");
    EXPECT_EQ(conflict.attempt, 1u);
    EXPECT_EQ(conflict.heard_wall_ms, 7);
    EXPECT_EQ(conflict.failed.count, 0u);
    EXPECT_EQ(conflicts.find("0000000000000012"), &conflict);
    EXPECT_EQ(conflicts.find(conflict.serial), &conflict);
    EXPECT_EQ(conflicts.find(std::uint64_t{0}), nullptr);
    EXPECT_EQ(&std::as_const(conflicts)[conflict.index], &conflict);
    EXPECT_FALSE(knows("0000000000000013"));
    EXPECT_FALSE(knows(""));
}

TEST_F(ConflictsTest, IsKnownByItsEntryInTheHistory) {
    open(1).entry = 5;
    EXPECT_TRUE(conflicts.has_entry(5));
    EXPECT_FALSE(conflicts.has_entry(6));
    EXPECT_FALSE(conflicts.has_entry(0)) << "places that are not used have none";
}

TEST_F(ConflictsTest, MayHaveNoBody) {
    Conflict& conflict = open(1);
    Conflicts::renew(conflict, {{}, nullptr, 0, kNow, 2});
    EXPECT_EQ(conflict.text(), "");
}

TEST_F(ConflictsTest, Another409RenewsIt) {
    Conflict& conflict = open(1);
    const std::uint64_t before = conflict.version;
    cm::Codes tried;
    ASSERT_TRUE(tried.add("51fd351f"));
    Conflicts::renew(conflict, {"[]", &tried, 9, kNow + kMinute, 77});
    EXPECT_EQ(conflict.id.view(), kFirst);
    EXPECT_EQ(conflict.text(), "[]");
    EXPECT_EQ(conflict.attempt, 2u);
    EXPECT_NE(conflict.version, before);
    EXPECT_EQ(conflict.heard_wall_ms, 9);
    EXPECT_EQ(Time(conflict.until), kNow + 11 * kMinute);
    ASSERT_EQ(conflict.failed.count, 1u);
    EXPECT_EQ(conflict.failed.list[0].view(), "51fd351f");
    Conflicts::renew(conflict, {"[]", nullptr, 9, kNow, 78});
    EXPECT_EQ(conflict.failed.count, 0u) << "no start has failed this time";
}

TEST_F(ConflictsTest, PlaceIsUsedAgainWithNothingOfTheLast) {
    for (std::uint64_t id = 1; id <= 8; ++id) {
        Conflict& conflict = open(id);
        conflict.told = true;
        ASSERT_TRUE(conflict.session.assign("session"));
    }
    Conflict& conflict = open(9);
    EXPECT_FALSE(knows(kFirst));
    EXPECT_EQ(conflict.attempt, 1u);
    EXPECT_TRUE(conflict.session.empty());
    EXPECT_FALSE(conflict.told);
    EXPECT_FALSE(conflict.over());
}

TEST_F(ConflictsTest, NinthTakesThePlaceOfTheOldestThatIsOver) {
    for (std::uint64_t id = 1; id <= 8; ++id) open(id);
    conclude(*conflicts.find("0000000000000005"), Outcome::chosen, *ledgers);
    conclude(*conflicts.find("0000000000000003"), Outcome::gave_up, *ledgers);
    open(9);
    EXPECT_FALSE(knows("0000000000000003"));
    EXPECT_TRUE(knows("0000000000000005"));
    open(10);
    EXPECT_FALSE(knows("0000000000000005"));
    open(11);
    EXPECT_FALSE(knows(kFirst)) << "where none is over, the oldest of all";
    EXPECT_TRUE(knows("0000000000000009"));
}

TEST_F(ConflictsTest, WhoseShareIsSpentLosesItsOwn) {
    open(1);
    for (std::uint64_t id = 2; id <= 12; id += 2) open(id);
    open(14);
    EXPECT_TRUE(knows(kFirst)) << "a place is free still, and it is not for this caller";
    EXPECT_FALSE(knows("0000000000000002"));
    conclude(*conflicts.find(kFirst), Outcome::gave_up, *ledgers);
    conclude(*conflicts.find("0000000000000006"), Outcome::gave_up, *ledgers);
    open(16);
    EXPECT_TRUE(knows(kFirst)) << "also one that is over is somebody's";
    EXPECT_FALSE(knows("0000000000000006")) << "its own that is over goes first";
}

TEST_F(ConflictsTest, WhoHasAnyLosesItsOwnRatherThanAnothersWhenAllAreTaken) {
    open(1);
    open(3);
    for (std::uint64_t id = 2; id <= 12; id += 2) open(id);
    open(5);
    EXPECT_FALSE(knows(kFirst));
    EXPECT_TRUE(knows("0000000000000002"));
}

TEST_F(ConflictsTest, FirstOutcomeCounts) {
    Conflict& conflict = open(1);
    EXPECT_FALSE(conflict.over());
    conclude(conflict, Outcome::granted, *ledgers);
    conclude(conflict, Outcome::expired, *ledgers);
    EXPECT_EQ(conflict.outcome, Outcome::granted);
    EXPECT_TRUE(conflict.over());
    EXPECT_TRUE(knows(kFirst)) << "so that the answer is 410, not 404";
}

TEST_F(ConflictsTest, ExpiresUnlessAStartThroughItIsUnderWay) {
    EXPECT_EQ(deadline_of(*conflicts.begin(), *ledgers), kNever) << "that place is free";
    Conflict& conflict = open(1);
    EXPECT_EQ(deadline_of(conflict, *ledgers), kNow + 10 * kMinute);
    Session& start = ledgers->sessions.place();
    ledgers->sessions.open(start);
    start.progress.resolves = conflict.serial;
    EXPECT_EQ(deadline_of(conflict, *ledgers), kNever);
    start.progress.resolves = 0;
    expire(conflict, *ledgers);
    EXPECT_EQ(conflict.outcome, Outcome::expired);
    EXPECT_EQ(deadline_of(conflict, *ledgers), kNever);
}

// Neither the codes of the household nor the account outlive it. The flash has neither by then.
TEST_F(ConflictsTest, NothingButItsIdOutlivesIt) {
    Conflict& conflict = conflicts.place({});
    conflicts.open(conflict, stream_of("viewer"), 1);
    cm::Codes codes;
    ASSERT_TRUE(codes.add("tried"));
    Conflicts::renew(conflict, {"a longer one", &codes, 0, kNow, 1});
    Conflicts::renew(conflict, {"secret", &codes, 0, kNow, 1});
    EXPECT_EQ(conflict.body[6], '\0') << "of the one before";
    conclude(conflict, Outcome::granted, *ledgers);
    EXPECT_EQ(deadline_of(conflict, *ledgers), kNow + 10 * kMinute);
    Action action;
    EXPECT_TRUE(ledgers->outbox.poll(action)) << "the outcome";
    expire(conflict, *ledgers);
    EXPECT_FALSE(ledgers->outbox.poll(action)) << "the flash knows nothing of it any more";
    EXPECT_TRUE(conflict.stream.subject.empty());
    EXPECT_TRUE(conflict.failed.list[0].empty());
    EXPECT_EQ(std::string(conflict.body, 6), std::string(6, '\0'));
    EXPECT_EQ(conflict.text(), "");
    EXPECT_TRUE(knows(kFirst));
    EXPECT_EQ(deadline_of(conflict, *ledgers), kNever);
}

TEST_F(ConflictsTest, CodesAreJudgedByWhatCmOffered) {
    std::vector<json::Token> tokens(cm::kMaxBodyTokens);
    const json::Tokens room{tokens.data(), tokens.size()};
    const std::string body = fixture("409-service-streams");
    Conflict& conflict = open(1);
    Conflicts::renew(conflict, {body, nullptr, 0, kNow, 2});
    cm::Codes codes;
    EXPECT_EQ(judge(nullptr, {}, codes, room), Refusal::no_such_conflict);
    EXPECT_EQ(judge(&conflict, {}, codes, room), Refusal::none) << "nothing is to be ended";
    ASSERT_TRUE(codes.add("51fd351f"));
    EXPECT_EQ(judge(&conflict, {}, codes, room), Refusal::none);
    ASSERT_TRUE(codes.add("made-up"));
    EXPECT_EQ(judge(&conflict, {}, codes, room), Refusal::code_not_offered);
    EXPECT_EQ(judge(&conflict, {1, 2}, codes, room), Refusal::not_owner);
    conclude(conflict, Outcome::chosen, *ledgers);
    EXPECT_EQ(judge(&conflict, {}, codes, room), Refusal::conflict_over);
}

}  // namespace
}  // namespace cmagent::core
