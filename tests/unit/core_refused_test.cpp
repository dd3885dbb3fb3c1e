// The accounts that CM has refused lately.

#include "agent/core/refused.h"

#include <gtest/gtest.h>

#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

constexpr Time kNow{1'000'000};

struct RefusedTest : testing::Test {
    void note(const StreamRequest& stream, bool limit = true, Time at = kNow) {
        refused.note(stream, limit, at, ids);
    }
    Ids ids;
    Refused refused;
};

TEST_F(RefusedTest, IsKnownForAQuarterOfAnHour) {
    EXPECT_EQ(refused.reason(stream_of("viewer"), kNow), "");
    note(stream_of("viewer"));
    EXPECT_EQ(refused.reason(stream_of("viewer"), kNow + (15 * kMinute - 1)), "limit-known");
    EXPECT_EQ(refused.reason(stream_of("viewer"), kNow + 15 * kMinute), "");
}

TEST_F(RefusedTest, IsThatOfOneAccountAndApplication) {
    note(stream_of("viewer"));
    StreamRequest other = stream_of("viewer");
    other.application = 1;
    EXPECT_EQ(refused.reason(other, kNow), "");
    EXPECT_EQ(refused.reason(stream_of("guest"), kNow), "");
    EXPECT_EQ(refused.reason(stream_of("eviewer", "acm"), kNow), "");
    refused.lift(other);
    EXPECT_EQ(refused.reason(stream_of("viewer"), kNow), "limit-known");
}

TEST_F(RefusedTest, LastRefusalTellsWhich) {
    note(stream_of("viewer"));
    note(stream_of("viewer"), false, kNow + kMinute);
    EXPECT_EQ(refused.reason(stream_of("viewer"), kNow + 15 * kMinute), "refused-before");
    refused.lift(stream_of("viewer"));
    EXPECT_EQ(refused.reason(stream_of("viewer"), kNow + kMinute), "");
}

TEST_F(RefusedTest, SeventeenthTakesThePlaceOfTheOldest) {
    for (int i = 0; i < 16; ++i)
        note(stream_of("v" + std::to_string(i)), true, kNow + (i == 5 ? -1 : i));
    note(stream_of("v16"), true, kNow + 16);
    EXPECT_EQ(refused.reason(stream_of("v5"), kNow), "");
    for (const char* still : {"v0", "v4", "v6", "v15", "v16"})
        EXPECT_EQ(refused.reason(stream_of(still), kNow), "limit-known") << still;
    refused.lift(stream_of("v9"));
    note(stream_of("v17"));
    EXPECT_EQ(refused.reason(stream_of("v0"), kNow), "limit-known") << "a place was free";
}

TEST_F(RefusedTest, KeyIsAnotherInEachBox) {
    note(stream_of("viewer"));
    Refused neighbour;
    Ids other;
    other.begin({8, 8});
    neighbour.note(stream_of("viewer"), true, kNow, other);
    EXPECT_NE(refused.begin()->account, neighbour.begin()->account);
}

}  // namespace
}  // namespace cmagent::core
