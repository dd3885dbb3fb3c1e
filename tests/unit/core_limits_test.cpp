// What CM's own answers have shown about its limits.

#include "agent/core/limits.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

constexpr std::int64_t kDay = 24 * 60 * kMinute;

std::string rule(const std::string& members) {
    return R"({"associatedAdvice":[{"type":"rule-violation",)" + members + "}]}";
}
// A rule whose list is complete.
const std::string kTwoStreams =
    rule(R"("ruleName":"cap","threshold":2,"conflicts":[{"sessionId":"a"},{"sessionId":"b"}])");
const std::string kThreeStreams = rule(
    R"("ruleName":"cap","threshold":3,"current":3,"conflicts":[{"sessionId":"a"},{"sessionId":"b"},{"sessionId":"c"}])");
const std::string kOneDevice = rule(
    R"("ruleName":"devices","attribute":"deviceId","threshold":1,"conflicts":{"tv":[{"sessionId":"a"}]})");

std::string streams(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& stream : list) text += (text.empty() ? "" : ",") + stream;
    return R"({"runningStreams":[)" + text + "]}";
}
std::string stream(const std::string& id, const std::string& metadata = "") {
    return R"({"sessionId":")" + id + R"(","metadata":{)" + metadata + "}}";
}
std::string on_channel(const std::string& channel, const std::string& device) {
    return stream(device, R"("channel":")" + channel + R"(","deviceId":")" + device + '"');
}

struct LimitsTest : testing::Test {
    void refuses(const std::string& body, bool displaced = false, std::uint8_t application = 0) {
        const Body read(body);
        limits->learn_refusal(application, read.evaluation, displaced, now);
    }
    void grants(const std::string& list, const std::string& granted = "new") {
        Body read(list);
        limits->learn_grant(wish, cm::RunningStreams(read.list()), granted, now);
    }
    // "rule least-most" of each that holds.
    std::vector<std::string> known() {
        std::vector<std::string> list;
        for (const LearntLimit& limit : *limits) {
            if (!limit.holds(now)) continue;
            list.push_back(std::string(limit.rule.view()) + ' ' + std::to_string(limit.at_least) +
                           '-' + std::to_string(limit.at_most));
        }
        return list;
    }
    using List = std::vector<std::string>;

    std::unique_ptr<Limits> limits = std::make_unique<Limits>();
    StreamRequest wish = stream_of("viewer");
    std::int64_t now = 1'900'000'000'000;
};

TEST_F(LimitsTest, CompleteListOfARefusalProvesOne) {
    refuses(kTwoStreams);
    refuses(kOneDevice);
    EXPECT_EQ(known(), (List{"cap 2-2", "devices 1-1"}));
    EXPECT_EQ(limits->begin()->seen_wall_ms, now);
}

TEST_F(LimitsTest, NothingElseOfARefusalDoes) {
    for (const std::string& body :
         {rule(R"("ruleName":"3 streams","threshold":4,"conflicts":[{"sessionId":"a"}])"),
          rule(R"("ruleName":"3 streams","threshold":3,"current":4,"conflicts":[])"),
          rule(R"("ruleName":"home only","message":"no")"),
          rule(R"("threshold":1,"scope":["package"],"conflicts":[{"sessionId":"a"}])"),
          rule(R"("ruleName":")" + std::string(cm::kMaxName + 1, 'x') +
               R"(","threshold":1,"conflicts":[{"sessionId":"a"}])"),
          rule(R"("attribute":")" + std::string(cm::kMaxName + 1, 'x') +
               R"(","threshold":1,"conflicts":{"a":[{"sessionId":"a"}]})"),
          std::string(R"({"associatedAdvice":[{"type":"remote-termination"}]})"), std::string()}) {
        refuses(body);
        EXPECT_EQ(known(), List{}) << body;
    }
}

TEST_F(LimitsTest, NewestAnswerCounts) {
    refuses(kTwoStreams);
    now += kDay;
    refuses(kThreeStreams);
    EXPECT_EQ(known(), List{"cap 3-3"});
    EXPECT_EQ(limits->begin()->seen_wall_ms, now);
    refuses(kTwoStreams);
    EXPECT_EQ(known(), List{"cap 2-2"}) << "the operator allows less";
    grants(streams({stream("a"), stream("b")}));
    EXPECT_EQ(known(), List{"cap 3-0"}) << "the operator allows more";
    refuses(kTwoStreams);
    EXPECT_EQ(known(), List{"cap 2-2"});
}

TEST_F(LimitsTest, GrantBesideStreamsProvesOneMore) {
    grants(streams({}));
    EXPECT_EQ(known(), List{}) << "that one stream may be watched is no news";
    grants(streams({stream("a")}));
    EXPECT_EQ(known(), List{" 2-0"});
    grants(streams({stream("a"), stream("b"), stream("new")}));
    EXPECT_EQ(known(), List{" 3-0"}) << "the list shows what was granted already";
    now += kDay;
    grants(streams({stream("a")}));
    EXPECT_EQ(known(), List{" 3-0"});
    EXPECT_EQ(limits->begin()->seen_wall_ms, now - kDay) << "it proved two";
    grants(streams({stream("a"), stream("b")}));
    EXPECT_EQ(limits->begin()->seen_wall_ms, now);
    refuses(kThreeStreams);
    EXPECT_EQ(known(), List{"cap 3-3"}) << "now the rule has a name";
}

TEST_F(LimitsTest, GrantTeachesEachRuleByWhatItCounts) {
    refuses(rule(R"("ruleName":"2 per channel","threshold":1,"current":1,"conflicts":[]})"));
    refuses(kOneDevice);
    refuses(rule(
        R"("ruleName":"1 per channel","scope":["channel"],"attribute":"streamId","conflicts":{"a":[{"sessionId":"a"}]})"));
    ASSERT_EQ(known(), (List{"devices 1-1", "1 per channel 1-1"}));
    ASSERT_TRUE(wish.metadata.set("channel", "news") && wish.metadata.set("deviceId", "tv"));
    grants(streams({on_channel("news", "tv"), on_channel("sports", "tv"), stream("silent")}));
    EXPECT_EQ(known(), (List{"devices 1-1", "1 per channel 2-0", " 4-0"}))
        << "the device watched already; two on one channel; four in all";
    ASSERT_TRUE(wish.metadata.set("deviceId", "tablet"));
    grants(streams({on_channel("news", "tv")}));
    EXPECT_EQ(known(), (List{"devices 2-0", "1 per channel 2-0", " 4-0"}));
}

TEST_F(LimitsTest, EachApplicationHasItsOwn) {
    refuses(kTwoStreams, false, 1);
    grants(streams({stream("a")}));
    EXPECT_EQ(known(), (List{"cap 2-2", " 2-0"}));
    EXPECT_TRUE(limits->begin()->application == 1);
}

TEST_F(LimitsTest, RulesOfOneNameAreToldApart) {
    const auto of = [](const std::string& attribute, const std::string& scope) {
        return rule(R"("ruleName":"cap","attribute":")" + attribute + R"(","scope":[)" + scope +
                    R"(],"threshold":1,"conflicts":{"a":[{"sessionId":"a"}]})");
    };
    refuses(of("streamId", ""));
    refuses(of("deviceId", ""));
    refuses(of("streamId", R"("channel")"));
    refuses(of("streamId", ""), false, 1);
    EXPECT_EQ(known().size(), 4u);
    refuses(of("streamId", ""), false, 1);
    refuses(of("deviceId", ""));
    EXPECT_EQ(known().size(), 4u);
    refuses(rule(R"("ruleName":"another cap","threshold":1,"conflicts":[{"sessionId":"a"}])"));
    grants(streams({stream("a")}));
    EXPECT_EQ(known(), (List{"cap 2-0", "cap 1-1", "cap 1-1", "cap 1-1", "another cap 2-0"}));
}

TEST_F(LimitsTest, SessionThatANewcomerHasEndedShowsThatTheLatestWins) {
    refuses(kOneDevice);
    EXPECT_FALSE(limits->displaces(0, now));
    refuses(rule(R"("ruleName":"latest","conflicts":[])"), true);
    EXPECT_TRUE(limits->displaces(0, now));
    EXPECT_FALSE(limits->displaces(1, now));
    EXPECT_EQ(known(), (List{"devices 1-1", "latest 0-0"}));
    grants(streams({stream("a"), stream("b")}));
    EXPECT_EQ(known(), (List{"devices 1-1", "latest 0-0"})) << "it may have taken a place";
    refuses(rule(R"("ruleName":"latest","conflicts":[])"));
    EXPECT_FALSE(limits->displaces(0, now)) << "a start was refused";
    refuses(kOneDevice, true);
    EXPECT_TRUE(limits->displaces(0, now));
    now += LearntLimit::kLife + 1;
    EXPECT_FALSE(limits->displaces(0, now));
}

TEST_F(LimitsTest, AreKeptForThirtyDays) {
    refuses(kTwoStreams);
    now += LearntLimit::kLife;
    EXPECT_EQ(known(), List{"cap 2-2"});
    now += 1;
    EXPECT_EQ(known(), List{});
    grants(streams({stream("a")}));
    EXPECT_EQ(known(), List{" 2-0"}) << "in its place";
    EXPECT_EQ(limits->begin()->at_least, 2);
}

TEST_F(LimitsTest, WithoutAClockTheyAreKeptAllTheSame) {
    now = 0;
    refuses(kTwoStreams);
    now = 1'900'000'000'000;
    EXPECT_EQ(known(), List{"cap 2-2"});
}

TEST_F(LimitsTest, SeventeenthTakesThePlaceOfTheOldest) {
    for (std::size_t i = 0; i <= Limits::kMaxLimits; ++i) {
        now += i == 1 ? -1 : 1;
        refuses(rule(R"("ruleName":"r)" + std::string(1, static_cast<char>('a' + i)) +
                     R"(","attribute":"x","threshold":1,"conflicts":{"a":[{"sessionId":"a"}]})"));
    }
    const List list = known();
    EXPECT_EQ(list.size(), Limits::kMaxLimits);
    EXPECT_EQ(list[0], "ra 1-1");
    EXPECT_EQ(list[1], "rq 1-1") << "which was the oldest";
}

// --- usage ---

struct Sample {
    const char* what;
    cm::Counted counted;
    bool of_channel;
    const char* attribute;
    std::size_t listed;
    std::size_t adds;
};
TEST(Usage, IsOfWhatTheLimitCounts) {
    Body body(
        streams({on_channel("news", "tv"), on_channel("news", "tablet"), on_channel("sports", "tv"),
                 stream("bare"), R"({"sessionId":"top","channel":"kids"})"}));
    const cm::RunningStreams running(body.list());
    StreamRequest wish = stream_of("viewer");
    ASSERT_TRUE(wish.metadata.set("channel", "news") && wish.metadata.set("deviceId", "tv"));
    using C = cm::Counted;
    for (const Sample& sample : {
             Sample{"streams", C::streams, false, "streamId", 5, 1},
             Sample{"devices", C::devices, false, "deviceId", 2, 0},
             Sample{"devices, by no name", C::devices, false, "", 2, 0},
             Sample{"devices, by a name that nobody sends", C::devices, false, "mobileDevice", 0,
                    1},
             Sample{"channels", C::channels, false, "channel", 3, 0},
             Sample{"channels, by no name", C::channels, false, "", 3, 0},
             Sample{"streams of the channel", C::streams_of_channel, true, "", 2, 1},
             Sample{"devices of the channel", C::devices_of_channel, true, "deviceId", 2, 0},
         }) {
        LearntLimit limit;
        limit.counted = sample.counted;
        limit.of_channel = sample.of_channel;
        ASSERT_TRUE(limit.attribute.assign(sample.attribute));
        const Usage usage = usage_of(limit, running, wish);
        EXPECT_EQ(usage.listed, sample.listed) << sample.what;
        EXPECT_EQ(usage.adds, sample.adds) << sample.what;
        EXPECT_TRUE(limit.applies_to(wish));
        EXPECT_EQ(limit.applies_to(stream_of("viewer")), !sample.of_channel) << sample.what;
    }
    LearntLimit streams_limit;
    streams_limit.counted = C::streams;
    EXPECT_EQ(usage_of(streams_limit, running, wish, "bare").listed, 4u);
}

TEST(Usage, StopsAtWhatAViewerWouldNotCount) {
    std::vector<std::string> list;
    for (int i = 0; i < 70; ++i) list.push_back(on_channel("c", "d" + std::to_string(i)));
    Body body(streams(list));
    LearntLimit limit;
    limit.counted = cm::Counted::devices;
    EXPECT_EQ(usage_of(limit, cm::RunningStreams(body.list()), stream_of("viewer")).listed,
              cm::kMaxConflicts);
}

}  // namespace
}  // namespace cmagent::core
