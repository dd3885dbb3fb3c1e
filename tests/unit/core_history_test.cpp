// The last conflicts, kept for support.

#include "agent/core/history.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/fixture.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

std::string rule_of(const std::string& body) {
    const auto history = std::make_unique<History>();
    const Body read(body);
    history->add(read.evaluation, 1'000);
    return std::string((*history)[0].rule.view());
}

std::string advice(const std::string& list) {
    return R"({"associatedAdvice":[)" + list + "]}";
}

TEST(History, KeepsTheFirstRuleThatHasAName) {
    const std::string rule = R"({"type":"rule-violation","ruleName":"r","conflicts":{}})";
    EXPECT_EQ(rule_of(fixture("409-service-streams")), "3 streams cap");
    EXPECT_EQ(rule_of(advice(R"({"type":"weather"},)" + rule)), "r");
    EXPECT_EQ(rule_of(""), "");
    EXPECT_EQ(rule_of(advice(R"({"ruleName":")" + std::string(65, 'x') + R"("})")), "")
        << "never cut";
}

TEST(History, KeepsTheLastHundredFromTheOldestOn) {
    const auto history = std::make_unique<History>();
    EXPECT_EQ(history->size(), 0u);
    for (int i = 0; i < 3; ++i) history->add().wall_ms = i;
    EXPECT_EQ(history->size(), 3u);
    EXPECT_EQ((*history)[0].wall_ms, 0);
    for (int i = 3; i < 205; ++i) history->add().wall_ms = i;
    ASSERT_EQ(history->size(), 100u);
    EXPECT_EQ((*history)[0].wall_ms, 105);
    EXPECT_EQ((*history)[99].wall_ms, 204);
}

}  // namespace
}  // namespace cmagent::core
