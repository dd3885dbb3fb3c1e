// Whether a start would fit, by what CM has shown.

#include "agent/core/outlook.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

using V = Verdict;
using C = cm::Counted;

struct Sample {
    C counted;
    int at_least;
    int at_most;
    std::size_t listed;
    std::size_t adds;
    std::size_t others;
    V verdict;
};
class Verdicts : public testing::TestWithParam<Sample> {};

TEST_P(Verdicts, FollowFromTheLimit) {
    LearntLimit limit;
    limit.counted = GetParam().counted;
    limit.at_least = static_cast<std::uint8_t>(GetParam().at_least);
    limit.at_most = static_cast<std::uint8_t>(GetParam().at_most);
    EXPECT_EQ(verdict_of(limit, {GetParam().listed, GetParam().adds}, GetParam().others),
              GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(
    All, Verdicts,
    testing::Values(
        // A limit of three streams.
        Sample{C::streams, 3, 3, 0, 1, 0, V::free}, Sample{C::streams, 3, 3, 1, 1, 0, V::free},
        Sample{C::streams, 3, 3, 2, 1, 0, V::last}, Sample{C::streams, 3, 3, 3, 1, 0, V::full},
        Sample{C::streams, 3, 3, 7, 1, 0, V::full}, Sample{C::streams, 3, 3, 1, 1, 1, V::last},
        Sample{C::streams, 3, 3, 1, 1, 2, V::full},
        // Two were let in, and nobody knows about more.
        Sample{C::streams, 2, 0, 0, 1, 0, V::free}, Sample{C::streams, 2, 0, 1, 1, 0, V::unknown},
        Sample{C::streams, 2, 0, 2, 1, 0, V::unknown},
        // Nothing was shown but that the latest wins.
        Sample{C::streams, 0, 0, 0, 1, 0, V::unknown},
        Sample{C::streams, 0, 0, 4, 1, 0, V::unknown},
        // Two devices: one that watches already takes no other place.
        Sample{C::devices, 2, 2, 1, 1, 0, V::last}, Sample{C::devices, 2, 2, 2, 1, 0, V::full},
        Sample{C::devices, 2, 2, 2, 0, 0, V::free}, Sample{C::devices, 2, 2, 1, 0, 0, V::free},
        Sample{C::devices, 2, 2, 3, 0, 0, V::full},
        // A stream that is not listed may be on a listed device, or on another one.
        Sample{C::devices, 2, 2, 0, 1, 1, V::last}, Sample{C::devices, 2, 2, 1, 1, 1, V::unknown},
        Sample{C::devices, 2, 2, 2, 1, 1, V::full}, Sample{C::devices, 3, 3, 0, 1, 1, V::free},
        Sample{C::devices, 0, 0, 2, 0, 0, V::unknown}));

// --- by all limits together ---

struct OutlookTest : testing::Test {
    OutlookTest() {
        look.used = true;
        look.seen_at = now;
        look.fresh_until = now + 60 * kSecond;
        EXPECT_TRUE(wish.metadata.set("channel", "news") && wish.metadata.set("deviceId", "tv"));
    }
    void learn(C counted, std::uint8_t number, const char* rule, bool of_channel = false) {
        LearntLimit limit;
        limit.used = true;
        limit.counted = counted;
        limit.of_channel = of_channel;
        limit.at_least = limit.at_most = number;
        limit.seen_wall_ms = 1;
        EXPECT_TRUE(limit.rule.assign(rule));
        limits->restore(limit);
    }
    Outlook outlook() { return {*limits, look, cm::RunningStreams(body.list()), wish, now, 2}; }
    Body body{
        R"({"runningStreams":[{"sessionId":"a","metadata":{"channel":"news","deviceId":"tv"}},)"
        R"({"sessionId":"b","metadata":{"channel":"kids","deviceId":"tablet"}}],)"
        R"("otherStreams":-1})"};
    std::unique_ptr<Look> look_ = std::make_unique<Look>();
    Look& look = *look_;
    std::unique_ptr<Limits> limits = std::make_unique<Limits>();
    StreamRequest wish = stream_of("viewer");
    Time now{1'000'000};
};

TEST_F(OutlookTest, IsUnknownWithoutALimit) {
    EXPECT_EQ(outlook().verdict(), V::unknown);
    wish.application = 1;
    learn(C::streams, 2, "of another application");
    EXPECT_EQ(outlook().verdict(), V::unknown);
}

TEST_F(OutlookTest, IsTheWorstThatIsKnown) {
    learn(C::streams, 0, "nothing is shown");
    learn(C::devices, 2, "this device watches already");
    EXPECT_EQ(outlook().verdict(), V::free);
    learn(C::streams_of_channel, 2, "per channel", true);
    EXPECT_EQ(outlook().verdict(), V::last);
    learn(C::streams, 9, "streams");
    EXPECT_EQ(outlook().verdict(), V::last);
    learn(C::streams, 2, "fewer streams");
    EXPECT_EQ(outlook().verdict(), V::full);
    learn(C::streams, 9, "streams again");
    EXPECT_EQ(outlook().verdict(), V::full);
}

TEST_F(OutlookTest, ShowsWhatIsInTheWay) {
    learn(C::streams, 9, "streams");
    learn(C::streams_of_channel, 1, "per channel", true);
    const Outlook found = outlook();
    EXPECT_EQ(found.verdict(), V::full);
    std::string in_the_way;
    for (const cm::RunningStream& stream : cm::RunningStreams(body.list())) {
        if (found.is_in_the_way(stream)) in_the_way += stream.session_id.raw();
    }
    EXPECT_EQ(in_the_way, "a");
}

TEST_F(OutlookTest, OfAnOldLookIsUnknown) {
    learn(C::streams, 9, "streams");
    EXPECT_EQ(outlook().verdict(), V::free);
    now = now + 60 * kSecond;
    EXPECT_EQ(outlook().verdict(), V::unknown);
    look.seen_at = kNever;
    look.fresh_until = now + kSecond;
    EXPECT_EQ(outlook().verdict(), V::unknown) << "CM could not be asked";
}

TEST_F(OutlookTest, LimitThatIsTooOldDoesNotCount) {
    learn(C::streams, 1, "streams");
    EXPECT_EQ(outlook().verdict(), V::full);
    const Outlook later(*limits, look, cm::RunningStreams(body.list()), wish, now,
                        LearntLimit::kLife + 2);
    EXPECT_EQ(later.verdict(), V::unknown);
}

TEST(VerdictNames, AreTheContracts) {
    EXPECT_EQ(name(V::free), "free");
    EXPECT_EQ(name(V::last), "last");
    EXPECT_EQ(name(V::full), "full");
    EXPECT_EQ(name(V::unknown), "unknown");
}

}  // namespace
}  // namespace cmagent::core
