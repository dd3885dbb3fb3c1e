// When a session speaks to CM (contract.md, "Heartbeats"; cm-api.md, 429), and which subjects are
// silent.

#include "agent/core/pace.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cmagent::core {
namespace {

constexpr Time kNow{1'000'000};

Pace granted(Millis lifetime) {
    Pace pace;
    pace.granted(lifetime, kNow, kNow);
    return pace;
}

TEST(Pace, LifeIsTakenWithinBounds) {
    EXPECT_EQ(granted(90'000).life(), 90'000);
    EXPECT_EQ(granted(1).life(), 1'000);
    EXPECT_EQ(granted(999).life(), 1'000);
    EXPECT_EQ(granted(900'000).life(), 900'000);
    EXPECT_EQ(granted(INT64_MAX).life(), 900'000);
    EXPECT_EQ(granted(0).life(), 60'000);
    EXPECT_EQ(granted(-1).life(), 60'000);
    EXPECT_EQ(granted(INT64_MIN).life(), 60'000);
    EXPECT_EQ(granted(90'000).expires(), kNow + 90'000);
}

TEST(Pace, LifeCountsFromTheQuestionButForAQuarterOfIt) {
    const auto expires = [](Millis life, Millis slow) {
        Pace pace;
        pace.granted(life, Time{kNow.ms - slow}, kNow);
        return pace.expires() - kNow;
    };
    EXPECT_EQ(expires(60'000, 7'000), 53'000);
    EXPECT_EQ(expires(60'000, 15'000), 45'000);
    EXPECT_EQ(expires(60'000, 25'000), 45'000);
    EXPECT_EQ(expires(1'000, 900), 750);
}

TEST(Pace, IsUndisturbedUntilItsEndOrAFailure) {
    Random random(1);
    Pace pace = granted(60'000);
    EXPECT_EQ(pace.since_granted(kNow + 7), 7);
    EXPECT_TRUE(pace.undisturbed(kNow + 59'999));
    EXPECT_FALSE(pace.undisturbed(kNow + 60'000));
    (void)pace.retry_at(kNow, random);
    EXPECT_FALSE(pace.undisturbed(kNow));
}

struct Range {
    Millis least = INT64_MAX;
    Millis most = INT64_MIN;
    void add(Millis value) { least = std::min(least, value), most = std::max(most, value); }
};

// When heartbeats of a lease are due, after its beginning.
Range due(Millis lifetime, int percent) {
    const Pace pace = granted(lifetime);
    Random random(1);
    Range range;
    for (int i = 0; i < 10'000; ++i) range.add(pace.heartbeat_due(percent, random) - kNow);
    return range;
}

TEST(Pace, HeartbeatIsDueAroundThePercentageOfTheLife) {
    for (const int percent : {50, 75, 85}) {
        const Range range = due(100'000, percent);
        EXPECT_GE(range.least, percent * 970);
        EXPECT_LT(range.least, percent * 970 + 10);
        EXPECT_LE(range.most, percent * 1030);
        EXPECT_GT(range.most, percent * 1030 - 10);
    }
}

TEST(Pace, ALostHeartbeatCanBeRepeatedWithinTheLease) {
    for (const Millis life : {4'000, 5'000, 10'000, 16'000, 20'000, 60'000, 90'000, 900'000}) {
        for (const int percent : {50, 85, 95}) {
            Pace pace = granted(life);
            const Time latest = kNow + due(life, percent).most;
            const Time lost = latest + pace.allowance(latest, kMinute);
            Random random(1);
            for (int i = 0; i < 1'000; ++i) {
                ASSERT_LE(pace.retry_at(lost, random), pace.expires()) << life << " " << percent;
            }
        }
    }
}

TEST(Pace, TheLargestPercentageMeansTheLatestThatIsSafe) {
    EXPECT_NEAR(static_cast<double>(due(60'000, 95).most), 54'375, 20);
    EXPECT_NEAR(static_cast<double>(due(60'000, 95).least), 51'210, 20) << "still spread";
    EXPECT_NEAR(static_cast<double>(due(10'000, 95).most), 8'000, 20);
    EXPECT_NEAR(static_cast<double>(due(4'000, 95).most), 2'000, 20);
    EXPECT_NEAR(static_cast<double>(due(1'000, 95).most), 500, 20) << "never more than half of it";
    EXPECT_NEAR(static_cast<double>(due(900'000, 95).most), 815'625, 100);
}

TEST(Pace, AttemptTakesAThirdOfWhatIsLeft) {
    const Pace pace = granted(90'000);
    EXPECT_EQ(pace.allowance(kNow + 60'000, 15'000), 10'000);
    EXPECT_EQ(pace.allowance(kNow, 15'000), 15'000) << "never longer than an attempt may take";
    EXPECT_EQ(pace.allowance(kNow + 89'000, 15'000), 1'000) << "at least a second";
    EXPECT_EQ(pace.allowance(kNow + 90'000, 15'000), 15'000) << "nothing is left to save";
    EXPECT_EQ(Pace().allowance(kNow, 15'000), 15'000);
    EXPECT_EQ(pace.allowance(kNow, 200), 1'000) << "however short an attempt may be";
}

TEST(Pace, RetriesBackOffWithFullJitter) {
    Random random(1);
    const Millis kLimits[] = {16'000, 30'000, 30'000};
    for (std::size_t failures = 0; failures < std::size(kLimits); ++failures) {
        Range range;
        for (int i = 0; i < 5'000; ++i) {
            Pace pace;
            for (std::size_t f = 0; f < failures; ++f) (void)pace.retry_at(kNow, random);
            range.add(pace.retry_at(kNow, random) - kNow);
        }
        EXPECT_LE(range.most, kLimits[failures]);
        EXPECT_GE(range.most, kLimits[failures] * 99 / 100);
        EXPECT_LE(range.least, kLimits[failures] / 100);
    }
}

TEST(Pace, RetriesStayWithinTheLease) {
    Random random(1);
    Range range;
    for (int i = 0; i < 5'000; ++i) {
        Pace pace = granted(60'000);
        for (int f = 0; f < 10; ++f) (void)pace.retry_at(kNow, random);
        range.add(pace.retry_at(kNow + 48'000, random) - (kNow + 48'000));
    }
    EXPECT_LE(range.most, 4'000) << "a third of what is left";
    EXPECT_GT(range.most, 3'900);
}

TEST(Pace, RetriesTowardsTheEndOfTheLeaseAreNoHotLoop) {
    Random random(1);
    Pace pace = granted(60'000);
    Range range;
    for (int i = 0; i < 1'000; ++i)
        range.add(pace.retry_at(kNow + 59'999, random) - (kNow + 59'999));
    EXPECT_GT(range.most, 3'600) << "a sixteenth of the life";
    Pace shortest = granted(1'000);
    Range of_shortest;
    for (int i = 0; i < 1'000; ++i)
        of_shortest.add(shortest.retry_at(kNow + 999, random) - (kNow + 999));
    EXPECT_GT(of_shortest.most, 900) << "and a second";
    EXPECT_LE(of_shortest.most, 1'000);
}

TEST(Pace, QuestionThatDecidesIsAskedWithinTheLeaseHoweverLittleIsLeft) {
    Random random(1);
    for (const Millis rest : {1, 2, 900, 9'000, 60'000}) {
        Range range;
        const Time now = kNow + (60'000 - rest);
        for (int i = 0; i < 1'000; ++i) range.add(granted(60'000).once_more_at(now, random) - now);
        EXPECT_LE(range.most, std::min<Millis>(rest / 3, 16'000));
        EXPECT_GE(range.most, std::min<Millis>(rest / 3, 16'000) * 9 / 10);
    }
    Range without;
    for (int i = 0; i < 1'000; ++i) without.add(Pace().once_more_at(kNow, random) - kNow);
    EXPECT_LE(without.most, 16'000) << "where there is no lease";
    EXPECT_GT(without.most, 15'000);
}

TEST(Pace, ManyFailuresDoNotOverflow) {
    Random random(1);
    Pace pace;
    for (int i = 0; i < 100'000; ++i) {
        const Millis pause = pace.retry_at(kNow, random) - kNow;
        ASSERT_GE(pause, 0);
        ASSERT_LE(pause, 30'000);
    }
}

TEST(Pace, CoolDownIsWhatCmSaysWithinBounds) {
    EXPECT_EQ(Pace().throttled_until(21'000, kNow), kNow + 21'000);
    EXPECT_EQ(Pace().throttled_until(1, kNow), kNow + 1'000);
    EXPECT_EQ(Pace().throttled_until(500'000, kNow), kNow + 120'000);
    EXPECT_EQ(Pace().throttled_until(0, kNow), kNow + 60'000);
    EXPECT_EQ(Pace().throttled_until(-5, kNow), kNow + 60'000);
    Pace pace;
    (void)pace.throttled_until(21'000, kNow);
    EXPECT_EQ(pace.throttled_until(21'000, kNow), kNow + 60'000) << "again";
    pace.granted(60'000, kNow, kNow);
    EXPECT_EQ(pace.throttled_until(21'000, kNow), kNow + 21'000);
}

TEST(Pace, StartUpIsSpreadOverTenSeconds) {
    Random random(1);
    Range range;
    for (int i = 0; i < 10'000; ++i) range.add(startup_delay(random));
    EXPECT_GE(range.least, 0);
    EXPECT_LT(range.least, 10);
    EXPECT_LE(range.most, 10'000);
    EXPECT_GT(range.most, 9'990);
}

TEST(Pace, IsSmallEnoughForAMillionBoxes) {
    EXPECT_LE(sizeof(Pace), 100u);
}

TEST(Random, UpToItsLimitAndEvenlySo) {
    Random random(7);
    int counts[4] = {};
    for (int i = 0; i < 40'000; ++i) ++counts[random.up_to(3)];
    for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
    EXPECT_EQ(random.up_to(0), 0);
    EXPECT_EQ(random.up_to(-1), 0);
}

TEST(Random, SameSeedSameNumbers) {
    Random a(5);
    Random b(5);
    Random c(6);
    const std::uint64_t first = a.next();
    EXPECT_EQ(first, b.next());
    EXPECT_NE(first, c.next());
}

}  // namespace
}  // namespace cmagent::core
