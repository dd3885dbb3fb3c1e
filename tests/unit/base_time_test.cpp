#include "agent/base/time.h"

#include <gtest/gtest.h>

namespace cmagent {
namespace {

constexpr Time kNow{1'000'000};

TEST(Time, MomentsAreComparedAndMoved) {
    constexpr Time kThen = kNow + kSecond;
    EXPECT_EQ(kThen - kNow, kSecond);
    EXPECT_TRUE(kNow < kThen && kNow <= kThen && kThen >= kNow && kNow != kThen);
    EXPECT_FALSE(kThen < kNow || kThen <= kNow || kNow >= kThen || kNow == kThen);
    EXPECT_TRUE(kNow <= kNow && kNow >= kNow && kNow == kNow);
    EXPECT_EQ(earlier(kNow, kThen), kNow);
    EXPECT_EQ(earlier(kThen, kNow), kNow);
    EXPECT_EQ(later(kNow, kThen), kThen);
    EXPECT_EQ(later(kThen, kNow), kThen);
}

TEST(Time, NeverIsBehindEveryMomentAndCanBeMoved) {
    EXPECT_TRUE(kNow < kNever);
    EXPECT_TRUE(kNever < kNever + kMinute) << "no overflow";
}

TEST(Timer, UnsetIsNever) {
    constexpr Timer kUnset;
    static_assert(Time(kUnset) == kNever);
    EXPECT_EQ(Time(Timer(kNow)), kNow);
    EXPECT_EQ(Time(Timer(kNever)), kNever);
}

}  // namespace
}  // namespace cmagent
