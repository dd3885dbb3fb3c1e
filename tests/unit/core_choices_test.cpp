// What can be read from a 409: its choices, and whom terminate-oldest ends.

#include "agent/core/choices.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/cm/advice.h"
#include "tests/fixture.h"

namespace cmagent::core {
namespace {

using Strings = std::vector<std::string>;

// Good until the next one is read.
cm::Evaluation read(std::string_view body) {
    static std::vector<json::Token> tokens(cm::kMaxBodyTokens);
    return cm::Evaluation::read(body, {tokens.data(), tokens.size()});
}

std::string rule(const std::string& conflicts, const std::string& attribute = "deviceId") {
    return R"({"type":"rule-violation","ruleName":"r","attribute":")" + attribute +
           R"(","conflicts":)" + conflicts + "}";
}

std::string body(const std::string& advice) {
    return R"({"associatedAdvice":[)" + advice + "]}";
}

// The codes, or "none" where the choice is the viewer's.
Strings oldest_in(const std::string& text) {
    cm::Codes codes;
    if (!oldest(read(text), codes)) return {"none"};
    Strings list;
    for (std::size_t i = 0; i < codes.count; ++i) list.emplace_back(codes.list[i].view());
    return list;
}

TEST(Offers, CodesOfAnyDialect) {
    EXPECT_TRUE(offers(read(fixture("409-service-streams")), "51fd351f"));
    EXPECT_TRUE(offers(read(fixture("409-guide")), "term-456"));
    EXPECT_FALSE(offers(read(fixture("409-guide")), "term-457"));
    EXPECT_FALSE(offers(read(fixture("409-guide")), ""));
    EXPECT_FALSE(offers(read("{broken"), "51fd351f"));
    EXPECT_FALSE(offers(read(""), "51fd351f"));
}

TEST(Offers, NothingForAConflictWithoutACode) {
    const std::string text =
        body(rule(R"({"x":[{"deviceName":"d"}],"y":[{"terminationCode":"c"}]})"));
    EXPECT_TRUE(offers(read(text), "c"));
    EXPECT_FALSE(offers(read(text), "d"));
}

TEST(Oldest, WhereTheListStands) {
    const auto started = [](const std::string& code, const std::string& at) {
        return R"([{"terminationCode":")" + code + R"(","startedAt":")" + at + R"("}])";
    };
    const std::string early = "2024-11-25T09:00:00.000Z";
    const std::string late = "2024-11-25T10:00:00.000Z";
    EXPECT_EQ(oldest_in(body(
                  rule(R"({"x":)" + started("a", early) + R"(,"y":)" + started("b", late) + "}"))),
              Strings{"a"});
    EXPECT_EQ(oldest_in(body(
                  rule(R"({"x":)" + started("a", late) + R"(,"y":)" + started("b", early) + "}"))),
              Strings{"b"});
    EXPECT_EQ(
        oldest_in(body(rule(R"({"x":[{"terminationCode":"a"}],"y":)" + started("b", late) + "}"))),
        Strings{"b"})
        << "one without a time is not the oldest";
}

TEST(Oldest, WithoutACodeTheChoiceIsTheViewers) {
    EXPECT_EQ(oldest_in(body(rule(R"({"x":[{"startedAt":"2024-11-25T09:00:00.000Z"}],)"
                                  R"("y":[{"terminationCode":"b"}]})"))),
              Strings{"none"});
    EXPECT_EQ(oldest_in(body(rule(R"({"y":[{"terminationCode":"b"}],)"
                                  R"("x":[{"startedAt":"2024-11-25T09:00:00.000Z"}]})"))),
              Strings{"none"});
}

TEST(Oldest, OfSeveralStreams) {
    EXPECT_EQ(oldest_in(fixture("409-service-streams")), Strings{"51fd351f"});
}

TEST(Oldest, AllSessionsOfItsValueForADeviceCountsUntilTheLast) {
    const std::string conflicts =
        R"({"tv":[{"terminationCode":"a","startedAt":"2024-11-25T09:00:00Z"},)"
        R"({"terminationCode":"b","startedAt":"2024-11-25T11:00:00Z"}],)"
        R"("phone":[{"terminationCode":"c","startedAt":"2024-11-25T10:00:00Z"}]})";
    EXPECT_EQ(oldest_in(body(rule(conflicts))), (Strings{"a", "b"}));
}

TEST(Oldest, FirstListedWhereNoTimeIsGiven) {
    const std::string conflicts = R"([{"terminationCode":"a"},{"terminationCode":"b"}])";
    EXPECT_EQ(oldest_in(body(rule(conflicts))), Strings{"a"});
}

TEST(Oldest, TimeGoesBeforeNone) {
    const std::string conflicts =
        R"([{"terminationCode":"a"},{"terminationCode":"b","startedAt":"2024-11-25T09:00:00Z"}])";
    EXPECT_EQ(oldest_in(body(rule(conflicts))), Strings{"b"});
}

TEST(Oldest, OfEachViolatedRuleOnce) {
    const std::string a = R"({"s1":[{"terminationCode":"a"}],"s2":[{"terminationCode":"b"}]})";
    const std::string b = R"({"s2":[{"terminationCode":"b"}]})";
    EXPECT_EQ(oldest_in(body(rule(a) + "," + rule(b))), (Strings{"a", "b"}));
    EXPECT_EQ(oldest_in(body(rule(b) + "," + rule(b))), Strings{"b"});
}

TEST(Oldest, OtherAdviceDoesNotMatter) {
    const std::string a = R"({"s1":[{"terminationCode":"a"}]})";
    EXPECT_EQ(oldest_in(body(R"({"type":"weather"},)" + rule(a))), Strings{"a"});
}

TEST(Oldest, ViewersChoiceWhereItCannotBeDone) {
    EXPECT_EQ(oldest_in(fixture("409-guide-no-conflicts")), Strings{"none"});
    EXPECT_EQ(oldest_in(""), Strings{"none"});
    EXPECT_EQ(oldest_in(body("")), Strings{"none"});
    EXPECT_EQ(oldest_in(body(rule(R"({"s1":[{"startedAt":"2024-11-25T09:00:00Z"}]})"))),
              Strings{"none"})
        << "no usable code";
    EXPECT_EQ(oldest_in(body(rule(R"({"s1":[{"terminationCode":"a"}]})") + "," + rule("{}"))),
              Strings{"none"})
        << "ending the one would not help against the other";
}

TEST(Oldest, NoMoreCodesThanARequestTakes) {
    std::string sessions;
    for (int i = 0; i < 9; ++i)
        sessions += std::string(i == 0 ? "" : ",") + R"({"terminationCode":"c)" +
                    std::to_string(i) + R"("})";
    EXPECT_EQ(oldest_in(body(rule(R"({"tv":[)" + sessions + "]}"))), Strings{"none"});
}

}  // namespace
}  // namespace cmagent::core
