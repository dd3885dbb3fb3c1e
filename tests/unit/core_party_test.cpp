// Whose share, and how much of the places that is.

#include "agent/core/party.h"

#include <gtest/gtest.h>

namespace cmagent::core {
namespace {

TEST(Party, CallersOfDifferentKindsAreNeverTheSame) {
    EXPECT_EQ(Party::of_key(7), Party::of_key(7));
    EXPECT_NE(Party::of_key(7), Party::of_key(8));
    EXPECT_NE(Party::of_key(7), Party::of_token(7));
    EXPECT_NE(Party::of_user(7), Party::of_token(7));
    EXPECT_NE(Party::of_user(0), Party()) << "root is somebody";
    EXPECT_TRUE(Party().anonymous());
    EXPECT_FALSE(Party::of_user(0).anonymous());
}

TEST(Party, OnlyAKeyCanBeMadeByAnybody) {
    EXPECT_TRUE(Party::of_key(UINT64_MAX).by_key());
    EXPECT_FALSE(Party::of_token(UINT64_MAX).by_key());
    EXPECT_FALSE(Party::of_user(1).by_key());
    EXPECT_FALSE(Party().by_key());
}

TEST(Party, IsTheSameAfterItWasKept) {
    for (const Party party : {Party(), Party::of_key(1), Party::of_user(2), Party::of_token(3)})
        EXPECT_EQ(Party::of_value(party.value()), party);
}

TEST(Share, IsThreeQuartersAtTheMostAndNeverTheLast) {
    constexpr std::size_t kShares[][2] = {{0, 0}, {1, 1}, {2, 1}, {3, 2},   {4, 3},
                                          {5, 3}, {7, 5}, {8, 6}, {16, 12}, {22, 16}};
    for (const auto& [places, share] : kShares) EXPECT_EQ(Share::of(places), share) << places;
}

TEST(Share, OfOneIsSpentWhileAnotherHasRoom) {
    const Party mine = Party::of_user(1);
    Share one(4, mine);
    Share other(4, Party());
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(one.has_room());
        one.count(mine);
        other.count(mine);
    }
    EXPECT_TRUE(one.spent());
    EXPECT_FALSE(one.has_room());
    EXPECT_TRUE(other.has_room());
    other.count({});
    EXPECT_FALSE(other.has_room()) << "all places are taken";
    EXPECT_FALSE(other.spent());
}

}  // namespace
}  // namespace cmagent::core
