// The last limits, stops and outages, kept for support.

#include "agent/core/history.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/fixture.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

using Kind = History::Kind;

History::Entry noted(const std::string& body) {
    const Body read(body);
    History::Entry entry;
    entry.note(read.evaluation);
    return entry;
}

std::string violation(const std::string& members) {
    return R"({"type":"rule-violation","conflicts":{"a":{},"b":{}})" + members + "}";
}

std::string advice(const std::string& list) {
    return R"({"associatedAdvice":[)" + list + "]}";
}

TEST(History, AnEntryTakesWhatTheViolationSays) {
    const History::Entry entry = noted(fixture("409-service-streams"));
    EXPECT_EQ(entry.rule.view(), "3 streams cap");
    EXPECT_EQ(entry.policy.view(), "demo-policy");
    EXPECT_EQ(entry.attribute.view(), "") << "it names none";
    EXPECT_EQ(entry.threshold.value(), 4);
    EXPECT_EQ(entry.listed, 3);
}

TEST(History, AnEntryTakesTheFirstViolationWhoseRuleHasAName) {
    const std::string other = R"({"type":"weather","message":"rain"},)";
    EXPECT_EQ(noted(advice(other + violation(R"(,"ruleName":"r")"))).rule.view(), "r");
    EXPECT_EQ(noted(advice(violation(R"(,"policyName":"p")") + "," +
                           violation(R"(,"ruleName":"r")") + "," + violation(R"(,"ruleName":"s")")))
                  .rule.view(),
              "r");
    const History::Entry nameless =
        noted(advice(violation(R"(,"policyName":"p")") + "," + violation(R"(,"policyName":"q")")));
    EXPECT_EQ(nameless.policy.view(), "p");
    const History::Entry nothing = noted("");
    EXPECT_EQ(nothing.rule.view(), "");
    EXPECT_EQ(nothing.listed, 0);
    EXPECT_FALSE(nothing.threshold);
}

TEST(History, AThresholdIsANumberOrATextThatIsOne) {
    const std::pair<const char*, std::int64_t> rows[] = {
        {"3", 3},          {R"("3")", 3}, {"0", 0},   {"-1", -1},
        {R"("many")", -1}, {"2.5", -1},   {"[]", -1}, {"99999999999", -1},
    };
    for (const auto& [written, number] : rows) {
        const Known threshold =
            noted(advice(violation(std::string(R"(,"threshold":)") + written))).threshold;
        EXPECT_EQ(threshold.value(), number) << written;
        EXPECT_EQ(static_cast<bool>(threshold), number >= 0) << written;
    }
}

TEST(History, NamesAreCutBetweenCharactersAndHoldNoControlCharacters) {
    const auto rule = [](const std::string& name) {
        return std::string(noted(advice(violation(R"(,"ruleName":")" + name + '"'))).rule.view());
    };
    EXPECT_EQ(rule(std::string(65, 'x')), std::string(64, 'x'));
    EXPECT_EQ(rule(std::string(63, 'x') + "é"), std::string(63, 'x'));
    EXPECT_EQ(rule(std::string(62, 'x') + "éé"), std::string(62, 'x') + "é");
    EXPECT_EQ(rule(R"(a\nb\u001b\u0085é\")"), "a?b??é\"");
    EXPECT_EQ(rule(R"(a\u202eb\u200f)"), "a?b?");
}

TEST(History, KeepsTheLastHundredFromTheOldestOn) {
    const auto history = std::make_unique<History>();
    EXPECT_EQ(history->size(), 0u);
    EXPECT_EQ(history->last(), 0u);
    EXPECT_EQ(history->find(0), nullptr);
    for (int i = 1; i <= 3; ++i) EXPECT_EQ(history->add(Kind::denied).id, i);
    EXPECT_EQ(history->size(), 3u);
    EXPECT_EQ((*history)[0].id, 1u);
    EXPECT_EQ(history->find(2), &(*history)[1]);
    history->find(2)->listed = 9;
    for (int i = 4; i <= 205; ++i) (void)history->add(Kind::on_credit);
    ASSERT_EQ(history->size(), 100u);
    EXPECT_EQ((*history)[0].id, 106u);
    EXPECT_EQ((*history)[99].id, 205u);
    EXPECT_EQ(history->last(), 205u);
    EXPECT_EQ(history->find(105), nullptr);
    EXPECT_EQ(history->find(106), &(*history)[0]);
    EXPECT_EQ((*history)[1].listed, 0) << "nothing is left of the entry that was there";
}

TEST(History, KindsAndOutcomesHaveTheirNames) {
    EXPECT_EQ(name(Kind::denied), "denied");
    EXPECT_EQ(name(Kind::stop_unconfirmed), "stop-unconfirmed");
    EXPECT_EQ(name(Outcome::open), "open");
    EXPECT_EQ(name(Outcome::taken_over), "taken-over");
}

}  // namespace
}  // namespace cmagent::core
