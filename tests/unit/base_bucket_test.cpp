#include "agent/base/bucket.h"

#include <gtest/gtest.h>

namespace cmagent {
namespace {

TEST(Bucket, SomeAtOnceThenEvenly) {
    const Bucket bucket(100, 3);
    Time full_at{};
    const auto taken = [&](Time now) {
        int count = 0;
        for (; bucket.wait(full_at, now) == 0; ++count) bucket.take(full_at, now);
        return count;
    };
    EXPECT_EQ(taken(Time{5'000}), 3);
    EXPECT_EQ(bucket.wait(full_at, Time{5'040}), 60);
    EXPECT_EQ(taken(Time{5'100}), 1);
    EXPECT_EQ(taken(Time{60'000}), 3) << "it holds no more than at the start";
}

}  // namespace
}  // namespace cmagent
