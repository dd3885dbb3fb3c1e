// Subjects that CM throttles.

#include "agent/core/throttle.h"

#include <gtest/gtest.h>

#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

constexpr Time kNow{1'000'000};

TEST(Throttle, SilencesOneSubjectForAWhile) {
    Throttle throttle;
    throttle.silence(stream_of("viewer"), kNow + 500);
    EXPECT_EQ(throttle.remaining(stream_of("viewer"), kNow), 500);
    EXPECT_EQ(throttle.remaining(stream_of("viewer"), kNow + 500), 0);
    EXPECT_EQ(throttle.remaining(stream_of("guest"), kNow), 0);
    EXPECT_EQ(throttle.remaining(stream_of("eviewer", "acm"), kNow), 0);
}

TEST(Throttle, KnowsThatItIsAgain) {
    Throttle throttle;
    EXPECT_FALSE(throttle.again(stream_of("viewer")));
    throttle.silence(stream_of("viewer"), kNow);
    EXPECT_TRUE(throttle.again(stream_of("viewer")));
    throttle.clear(stream_of("viewer"), kNow);
    EXPECT_FALSE(throttle.again(stream_of("viewer")));
}

TEST(Throttle, AnswerToAnEarlierStartDoesNotEndIt) {
    Throttle throttle;
    throttle.silence(stream_of("viewer"), kNow + 500);
    throttle.clear(stream_of("viewer"), kNow);
    EXPECT_EQ(throttle.remaining(stream_of("viewer"), kNow), 500);
}

TEST(Throttle, NinthSubjectTakesThePlaceThatIsOverFirst) {
    Throttle throttle;
    for (int i = 0; i < 8; ++i) throttle.silence(stream_of(std::to_string(i)), kNow + (1'000 - i));
    throttle.silence(stream_of("another"), kNow + 2'000);
    EXPECT_EQ(throttle.remaining(stream_of("another"), kNow), 2'000);
    EXPECT_EQ(throttle.remaining(stream_of("7"), kNow), 0);
    EXPECT_EQ(throttle.remaining(stream_of("0"), kNow), 1'000);
}

}  // namespace
}  // namespace cmagent::core
