#include "agent/base/back_off.h"

#include <gtest/gtest.h>

namespace cmagent {
namespace {

TEST(BackOff, IsNeverDueUntilSomethingHasFailed) {
    BackOff again(1000, 30'000);
    EXPECT_EQ(again.at(), kNever);
    EXPECT_FALSE(again.begin(Time{5}));
}

TEST(BackOff, DoublesItsPausesUpToTheLongest) {
    BackOff again(1000, 30'000);
    Time now{7};
    for (const Millis pause : {1000, 2000, 4000, 8000, 16'000, 30'000, 30'000}) {
        again.fail(now);
        EXPECT_EQ(again.at(), now + pause);
        EXPECT_FALSE(again.begin(now + (pause - 1)));
        EXPECT_TRUE(again.begin(now + pause));
        EXPECT_FALSE(again.begin(now + pause)) << "it is under way";
        now = now + pause;
    }
    again.end();
    EXPECT_EQ(again.at(), kNever);
    again.fail(now);
    EXPECT_EQ(again.at(), now + 1000) << "anew";
}

}  // namespace
}  // namespace cmagent
