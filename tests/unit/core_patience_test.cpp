// How long CM keeps the sessions of an application (contract.md, "Heartbeats").

#include "agent/core/patience.h"

#include <gtest/gtest.h>

namespace cmagent::core {
namespace {

constexpr Time kNow{1'000'000};

TEST(Patience, IsWhatCmSaysUntilSomethingIsLearnt) {
    const Patience patience;
    EXPECT_EQ(patience.life(0, 90'000, kNow), 90'000);
    EXPECT_EQ(patience.life(0, 0, kNow), 60'000);
    EXPECT_EQ(patience.life(0, -1, kNow), 60'000);
}

TEST(Patience, EndThatComesTooEarlyIsTheLimitFromThenOn) {
    Patience patience;
    EXPECT_TRUE(patience.forgot(1, 51'000, kNow));
    EXPECT_EQ(patience.life(1, 60'000, kNow), 25'500);
    EXPECT_EQ(patience.life(1, -1, kNow), 25'500);
    EXPECT_EQ(patience.life(1, 20'000, kNow), 20'000) << "what CM says shorter counts";
    EXPECT_EQ(patience.life(0, 60'000, kNow), 60'000) << "another application's";
    EXPECT_TRUE(patience.forgot(1, 21'000, kNow));
    EXPECT_EQ(patience.life(1, 60'000, kNow), 10'500);
}

TEST(Patience, FirstGuessIsHalfTheLeaseOfTheDocumentsAtTheMost) {
    Patience patience;
    EXPECT_TRUE(patience.forgot(0, 765'000, kNow));
    EXPECT_EQ(patience.life(0, 900'000, kNow), 30'000);
}

TEST(Patience, IsNoShorterThanWhatCmHasShown) {
    Patience patience;
    patience.knew(0, 48'000);
    patience.knew(0, 1'000);
    EXPECT_TRUE(patience.forgot(0, 51'000, kNow));
    EXPECT_EQ(patience.life(0, 60'000, kNow), 48'000);
}

TEST(Patience, EndThatItHasDisprovedTeachesTheSecondTime) {
    Patience patience;
    patience.knew(0, 52'000);
    EXPECT_FALSE(patience.forgot(0, 51'000, kNow)) << "CM was restarted";
    EXPECT_EQ(patience.life(0, 60'000, kNow), 60'000);
    EXPECT_TRUE(patience.forgot(0, 51'000, kNow)) << "or was it not";
    EXPECT_EQ(patience.life(0, 60'000, kNow), 25'500);
}

TEST(Patience, EndOfASessionThatWasGrantedBeforeMakesItNoLonger) {
    Patience patience;
    EXPECT_TRUE(patience.forgot(0, 51'000, kNow));
    EXPECT_TRUE(patience.forgot(0, 700'000, kNow + 1));
    EXPECT_EQ(patience.life(0, 60'000, kNow), 25'500);
}

TEST(Patience, NothingShorterThanFiveSecondsIsLearnt) {
    Patience patience;
    EXPECT_FALSE(patience.forgot(0, 9'999, kNow));
    EXPECT_EQ(patience.life(0, 60'000, kNow), 60'000);
    EXPECT_TRUE(patience.forgot(0, 10'000, kNow));
    EXPECT_EQ(patience.life(0, 60'000, kNow), 5'000);
    EXPECT_FALSE(patience.forgot(0, 4'250, kNow));
    EXPECT_EQ(patience.life(0, 60'000, kNow), 5'000);
}

TEST(Patience, IsBelievedForADay) {
    Patience patience;
    EXPECT_TRUE(patience.forgot(0, 51'000, kNow));
    const Time end = kNow + Patience::kBelieved;
    EXPECT_EQ(patience.life(0, 60'000, Time{end.ms - 1}), 25'500);
    EXPECT_EQ(patience.life(0, 60'000, end), 60'000);
    EXPECT_TRUE(patience.forgot(0, 51'000, end));
    EXPECT_EQ(patience.life(0, 60'000, end), 25'500);
}

}  // namespace
}  // namespace cmagent::core
