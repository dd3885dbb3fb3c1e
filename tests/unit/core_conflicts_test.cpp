// The conflicts that a viewer may decide.

#include "agent/core/conflicts.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/fixture.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

constexpr Time kNow{1'000'000};

struct ConflictsTest : testing::Test {
    Conflict& open(std::uint64_t id, const std::string& subject = "viewer") {
        return conflicts->open(stream_of(subject), "{}", id, kNow);
    }
    [[nodiscard]] bool knows(const char* id) const {
        return std::as_const(*conflicts).find(id) != nullptr;
    }

    std::unique_ptr<Conflicts> conflicts = std::make_unique<Conflicts>();
};

TEST_F(ConflictsTest, IsKeptWithWhatWasWantedAndWhatCmSaid) {
    const Conflict& conflict = conflicts->open(stream_of("viewer"), "{\"a\":1}", 0x12, kNow);
    EXPECT_EQ(conflict.id.view(), "0000000000000012");
    EXPECT_EQ(conflict.text(), "{\"a\":1}");
    EXPECT_EQ(conflict.stream.subject.view(), "viewer");
    EXPECT_EQ(conflicts->find("0000000000000012"), &conflict);
    EXPECT_EQ(&(*conflicts)[conflict.index], &conflict);
    EXPECT_FALSE(knows("0000000000000013"));
    EXPECT_FALSE(knows(""));
}

TEST_F(ConflictsTest, MayHaveNoBody) {
    EXPECT_EQ(conflicts->open(stream_of("viewer"), {}, 1, kNow).text(), "");
}

TEST_F(ConflictsTest, NinthTakesThePlaceOfTheOldestThatIsOver) {
    for (std::uint64_t id = 1; id <= 8; ++id) open(id);
    Conflicts::close(*conflicts->find("0000000000000005"));
    Conflicts::close(*conflicts->find("0000000000000003"));
    open(9);
    EXPECT_FALSE(knows("0000000000000003"));
    EXPECT_TRUE(knows("0000000000000005"));
    open(10);
    EXPECT_FALSE(knows("0000000000000005"));
    open(11);
    EXPECT_FALSE(knows("0000000000000001")) << "where none is over, the oldest of all";
    EXPECT_TRUE(knows("0000000000000009"));
}

TEST_F(ConflictsTest, IsOverAfterTenMinutesAndStillKnown) {
    EXPECT_EQ(conflicts->next_deadline(), kNever);
    open(1);
    EXPECT_EQ(conflicts->next_deadline(), kNow + 10 * kMinute);
    conflicts->handle_timeout(kNow + (10 * kMinute - 1));
    EXPECT_FALSE(conflicts->find("0000000000000001")->over);
    conflicts->handle_timeout(kNow + 10 * kMinute);
    ASSERT_TRUE(knows("0000000000000001"));
    EXPECT_TRUE(conflicts->find("0000000000000001")->over);
    EXPECT_EQ(conflicts->next_deadline(), kNever);
}

TEST_F(ConflictsTest, LogoutClosesThoseOfTheSubjectAlone) {
    open(1, "viewer");
    open(2, "guest");
    conflicts->close(Logout{"acme", "viewer"});
    EXPECT_TRUE(conflicts->find("0000000000000001")->over);
    EXPECT_FALSE(conflicts->find("0000000000000002")->over);
}

TEST_F(ConflictsTest, CodesAreJudgedByWhatCmOffered) {
    std::vector<json::Token> tokens(cm::kMaxBodyTokens);
    const json::Tokens room{tokens.data(), tokens.size()};
    Conflict& conflict =
        conflicts->open(stream_of("viewer"), fixture("409-service-streams"), 1, kNow);
    cm::Codes codes;
    EXPECT_EQ(judge(nullptr, codes, room), Refusal::no_such_conflict);
    EXPECT_EQ(judge(&conflict, codes, room), Refusal::none) << "nothing is to be ended";
    ASSERT_TRUE(codes.add("51fd351f"));
    EXPECT_EQ(judge(&conflict, codes, room), Refusal::none);
    ASSERT_TRUE(codes.add("made-up"));
    EXPECT_EQ(judge(&conflict, codes, room), Refusal::code_not_offered);
    Conflicts::close(conflict);
    EXPECT_EQ(judge(&conflict, codes, room), Refusal::conflict_over);
}

}  // namespace
}  // namespace cmagent::core
