// Evaluation results that are not as published: what is made of them, and how much is kept.

#include <gtest/gtest.h>

#include "tests/unit/cm_advice_reading.h"

namespace cmagent::cm {
namespace {

TEST(Advice, ThePlaceholderIsKnownByItsMeaning) {
    const Body body(violation(R"("conflicts":[{"channel":"Uno","deviceName":"\u0055nknown",)"
                              R"("applicationName":"\u0055no"}])"));
    EXPECT_EQ(text_of(body.conflicts()[0].channel), "Uno");
    EXPECT_EQ(text_of(body.conflicts()[0].device_name), "none");
    EXPECT_EQ(text_of(body.conflicts()[0].application_name), "Uno");
}

// Names that differ from known ones in the middle, at the end, in their length alone.
TEST(Advice, HasMembersThatAreKnownByTheWholeName) {
    const Body body(
        R"({"associatedAdvice":[{"tipe":"a","mzzzage":"b","messzge":"c","messages":"d",)"
        R"("xtype":"e","type":"t"}]})");
    ASSERT_EQ(body.advice().size(), 1u);
    EXPECT_EQ(text_of(body.advice()[0].type), "t");
    EXPECT_FALSE(body.advice()[0].message);
}

TEST(Advice, OfAnUnknownTypeIsKnownByItsMembers) {
    const Body rule(
        R"({"associatedAdvice":[{"type":"new","message":"m","ruleName":"r","conflicts":[{}]}]})");
    EXPECT_EQ(text_of(rule.advice()[0].type), "new");
    EXPECT_EQ(text_of(rule.advice()[0].message), "m");
    EXPECT_EQ(text_of(rule.advice()[0].rule), "r");
    EXPECT_EQ(rule.advice()[0].conflicts.size(), 1u);
    EXPECT_FALSE(rule.advice()[0].attributes) << "they are read";
    EXPECT_FALSE(rule->terminated_remotely());

    const Body other(
        R"({"error":{"message":"m"},"evaluationResult":{"associatedAdvice":)"
        R"([{"adviceType":"new","attributes":{"k":"v"}},{"type":"x","attributes":7}]}})");
    const Advice advice = other.advice()[0];
    EXPECT_EQ(advice.kind, AdviceKind::other);
    EXPECT_EQ(text_of(advice.type), "new");
    EXPECT_EQ(text_of(advice.message), "m") << "the guide has one message for all";
    EXPECT_EQ(advice.attributes.raw(), R"({"k":"v"})");
    EXPECT_FALSE(other.advice()[1].attributes);
}

TEST(Advice, ThatSaysNothingIsNone) {
    const Body body(R"({"associatedAdvice":[{},{"x":1},{"message":""},{"type":"Unknown"},)"
                    R"({"attributes":{"reason":"r"}}]})");
    ASSERT_EQ(body.advice().size(), 1u);
    EXPECT_EQ(text_of(body.advice()[0].message), "r");
}

TEST(Obligation, OfAnyDialectIsPassedOn) {
    const Body guide(fixture("409-guide-obligation"));
    ASSERT_EQ(guide.obligations().size(), 1u);
    EXPECT_EQ(text_of(json::GetStringValue(guide.obligations()[0].id)), "o-1");
    EXPECT_EQ(text_of(guide.obligations()[0].fulfill_on), "DENY");
    EXPECT_EQ(guide.obligations()[0].attributes.raw(), R"({"k":"v"})");
    const Body odd(R"({"obligations":[{"id":7,"fulfillOn":7,"attributes":[]},{"id":[]},{}]})");
    ASSERT_EQ(odd.obligations().size(), 2u) << "an empty one asks for nothing";
    EXPECT_EQ(odd.obligations()[0].id.raw(), "7");
    EXPECT_FALSE(odd.obligations()[0].fulfill_on);
    EXPECT_FALSE(odd.obligations()[0].attributes);
    EXPECT_FALSE(odd.obligations()[1].id);
}

TEST(Advice, TakesAMemberFromTheAttributesWhereItsOwnIsUnusable) {
    const Body body(violation(
        R"("ruleName":7,"threshold":[],"current":"Unknown","message":"","policyName":null,)"
        R"("attributes":{"ruleName":"r","threshold":"four","current":5,"message":"m","policyName":"p"})"));
    const Advice advice = body.advice()[0];
    EXPECT_EQ(text_of(advice.rule), "r");
    EXPECT_EQ(advice.threshold.raw(), "four") << "text is shown as it came";
    EXPECT_EQ(advice.current.raw(), "5");
    EXPECT_EQ(text_of(advice.message), "m");
    EXPECT_EQ(text_of(advice.policy), "p");
}

TEST(Advice, ToleratesEveryMemberOfAWrongType) {
    for (const char* const value : {"null", "true", "7", "[]", "{}", "[[{}]]", R"([{"a":1}])"}) {
        for (const char* const name :
             {"message", "policyName", "ruleName", "rule", "attribute", "attributes", "error"}) {
            const Body body(violation(std::string("\"") + name + "\":" + value));
            ASSERT_EQ(body.advice().size(), 1u) << name << value;
            EXPECT_FALSE(body.advice()[0].message || body.advice()[0].rule ||
                         body.advice()[0].policy);
            EXPECT_FALSE(body.advice()[0].attribute);
        }
        for (const char* const name : {"terminationCode", "startedAt", "deviceName", "channel",
                                       "applicationName", "sessionId", "terminate"}) {
            const Body body(
                violation(std::string(R"("conflicts":[{")") + name + "\":" + value + "}]"));
            ASSERT_EQ(body.conflicts().size(), 1u) << name << value;
            const ConflictingSession conflict = body.conflicts()[0];
            EXPECT_FALSE(conflict.termination_code || conflict.started_at || conflict.device_name ||
                         conflict.channel || conflict.application_name || conflict.session_id)
                << name << value;
        }
    }
    EXPECT_FALSE(Body(violation(R"("conflicts":[{"metadata":[]}])")).conflicts()[0].metadata);
    EXPECT_EQ(Body(violation(R"("conflicts":[null,[],7,{}])")).conflicts().size(), 1u);
}

TEST(Advice, ReadsOverUnknownMembersAtAnyDepth) {
    const std::string junk =
        R"("x":{"type":"remote-termination","conflicts":[[[{"a":[]}]]]},"y":[[],{}],)";
    const Body body("{" + junk + R"("associatedAdvice":[{)" + junk +
                    R"("type":"rule-violation","conflicts":{"s":[{)" + junk +
                    R"("terminationCode":"c"}]}}]})");
    ASSERT_EQ(body.advice().size(), 1u);
    ASSERT_EQ(body.conflicts().size(), 1u);
    EXPECT_EQ(text_of(body.conflicts()[0].termination_code), "c");
    EXPECT_FALSE(body->terminated_remotely());
}

TEST(Advice, TakesTheFirstOfRepeatedMembers) {
    const Body body(violation(R"("ruleName":"first","\u0072uleName":"second","ruleName":"third")"));
    EXPECT_EQ(text_of(body.advice()[0].rule), "first");
}

TEST(Advice, ReadsOverNamesThatLookLikeKnownOnes) {
    const Body body(
        violation(R"("":"a","ruleNam":"a","ruleNamee":"a","ruleXame":"a","rule\u004eam":"a",)"
                  R"("\u0072ul":"a","evaluationResult\u0073":{},)"
                  R"("a\nname longer than any other":"a","RuleName":"a")"));
    EXPECT_FALSE(body.advice()[0].rule);
    EXPECT_EQ(text_of(Body(violation(R"("rule\u004eame":"r")")).advice()[0].rule), "r");
}

TEST(Advice, TakesOneSessionInPlaceOfAList) {
    const Body body(violation(R"("conflicts":{"s-1":{"terminationCode":"c"}})"));
    ASSERT_EQ(body.conflicts().size(), 1u);
    EXPECT_EQ(text_of(body.conflicts()[0].session_id), "s-1");
}

TEST(Advice, KeepsTheValueOfSessionsThatDidNotTell) {
    const Body body(violation(R"("conflicts":{"Unknown":[{}]})"));
    EXPECT_EQ(text_of(body.conflicts()[0].value), "Unknown") << "they are freed together";
    EXPECT_EQ(text_of(body.conflicts()[0].session_id), "none");
}

TEST(Advice, PrefersASessionsOwnId) {
    const Body body(violation(R"("conflicts":{"k":[{"sessionId":"own"}]})"));
    EXPECT_EQ(text_of(body.conflicts()[0].session_id), "own");
    EXPECT_EQ(text_of(body.conflicts()[0].value), "k");
}

TEST(Advice, TakesNamesForTheViewerFromTheMetadataToo) {
    const Body body(
        violation(R"("conflicts":[{"channel":"Unknown","deviceName":"own","metadata":)"
                  R"({"channel":"c","deviceName":"inner","applicationName":"Unknown"}}])"));
    EXPECT_EQ(text_of(body.conflicts()[0].channel), "c");
    EXPECT_EQ(text_of(body.conflicts()[0].device_name), "own");
    EXPECT_EQ(text_of(body.conflicts()[0].application_name), "none");
}

TEST(Advice, OffersUsableCodesOnly) {
    const auto code = [](const std::string& members) {
        return text_of(
            Body(violation(R"("conflicts":[{)" + members + "}]")).conflicts()[0].termination_code);
    };
    EXPECT_EQ(code(R"("terminationCode":"51fd351f")"), "51fd351f");
    EXPECT_EQ(code(R"("terminate":"old")"), "old");
    EXPECT_EQ(code(R"("terminationCode":7,"terminate":"old")"), "old");
    EXPECT_EQ(code(R"("terminationCode":"a\/b\u0021")"), "a/b!");
    EXPECT_EQ(code(R"("terminationCode":"!~")"), "!~");
    EXPECT_EQ(code(R"("terminationCode":"a,b")"), "none");
    EXPECT_EQ(code(R"("terminationCode":"a b")"), "none");
    EXPECT_EQ(code(R"("terminationCode":"a\r\nX: y")"), "none");
    EXPECT_EQ(code(R"("terminationCode":"a\u007f")"), "none");
    EXPECT_EQ(code("\"terminationCode\":\"\xC3\xA9\""), "none");
    EXPECT_EQ(code(R"("terminationCode":"")"), "none");
    EXPECT_EQ(code(R"("terminationCode":"Unknown")"), "none");
    EXPECT_EQ(code("\"terminationCode\":\"" + std::string(64, 'c') + "\""), std::string(64, 'c'));
    EXPECT_EQ(code("\"terminationCode\":\"" + std::string(65, 'c') + "\""), "none");
    EXPECT_EQ(code("\"terminationCode\":\"" + std::string(64, 'c') + "\\n\""), "none");
}

TEST(Advice, ReadsTheScopeAsAListOrAnObject) {
    const auto scope = [](const std::string& value) {
        return text_of(Body(violation("\"scope\":" + value)).advice()[0].scope);
    };
    EXPECT_EQ(scope(R"(["channel","deviceId"])"), "channel,deviceId");
    EXPECT_EQ(scope(R"([7,"channel",null])"), "channel");
    EXPECT_EQ(scope(R"({"channel":"c","x":[1,2]})"), "channel,x");
    EXPECT_EQ(scope(R"("channel")"), "channel");
    EXPECT_EQ(scope("{}"), "");
    EXPECT_EQ(scope("[7]"), "");
    EXPECT_EQ(scope("7"), "");
}

std::string sessions(std::size_t first, std::size_t count) {
    std::string list;
    for (std::size_t i = first; i < first + count; ++i) {
        list +=
            (list.empty() ? "" : ",") + ("{\"terminationCode\":\"c" + std::to_string(i)) + "\"}";
    }
    return "[" + list + "]";
}

TEST(Advice, KeepsUpTo64ConflictsAndCountsTheRest) {
    const Body most(violation("\"conflicts\":" + sessions(0, 64)));
    EXPECT_EQ(most.conflicts().size(), 64u);
    EXPECT_EQ(most.advice()[0].more_conflicts, 0u);
    const Body more(violation("\"conflicts\":" + sessions(0, 65)));
    EXPECT_EQ(more.conflicts().size(), 64u);
    EXPECT_EQ(more.advice()[0].more_conflicts, 1u);
    EXPECT_EQ(text_of(more.conflicts()[63].termination_code), "c63");

    const std::string rule = R"({"type":"rule-violation","conflicts":)";
    const Body two(R"({"associatedAdvice":[)" + rule + sessions(0, 60) + "}," + rule +
                   sessions(60, 10) + "}]}");
    EXPECT_EQ(two.advice()[0].conflicts.size(), 60u);
    EXPECT_EQ(two.advice()[1].conflicts.size(), 4u);
    EXPECT_EQ(two.advice()[1].more_conflicts, 6u);
    EXPECT_EQ(text_of(two.conflicts()[60].termination_code), "c60");
}

TEST(Advice, KeepsUpTo16AdviceAnd8Obligations) {
    std::string advice;
    std::string obligations;
    for (int i = 0; i < 20; ++i) {
        advice += (i > 0 ? "," : "") + (R"({"ruleName":"r)" + std::to_string(i)) + "\"}";
        obligations += (i > 0 ? "," : "") + (R"({"action":"a)" + std::to_string(i)) + "\"}";
    }
    const Body body(R"({"associatedAdvice":[)" + advice + R"(],"obligations":[)" + obligations +
                    "]}");
    ASSERT_EQ(body.advice().size(), kMaxAdvice);
    EXPECT_EQ(text_of(body.advice()[15].rule), "r15");
    ASSERT_EQ(body.obligations().size(), kMaxObligations);
    EXPECT_EQ(text_of(body.obligations()[7].action), "a7");
}

TEST(Advice, IsAbsentFromWhatIsNoEvaluation) {
    for (const char* const text :
         {"7", "null", "\"x\"", "[]", "{}", "[[]]", R"({"status":"success","data":{}})",
          R"({"type":"about:blank"})"}) {
        const Body body{std::string(text)};
        EXPECT_EQ(body->error(), json::Error::none) << text;
        EXPECT_TRUE(body->advice().empty()) << text;
        EXPECT_TRUE(body->obligations().empty()) << text;
        EXPECT_FALSE(body->terminated_remotely() || body->demands_logout()) << text;
    }
}

TEST(Advice, SaysWhereABodyIsNoJson) {
    const Body body("{\"associatedAdvice\":[\n{\"type\":\"remote-termination\"},]}");
    EXPECT_EQ(body->error(), json::Error::expected_value);
    EXPECT_EQ(body->where().line, 2u);
    EXPECT_EQ(body->where().column, 31u);
    EXPECT_FALSE(body->terminated_remotely()) << "the status code decides";
    EXPECT_TRUE(Evaluation().advice().empty());
}

}  // namespace
}  // namespace cmagent::cm
