// Every published form of the evaluation result.

#include <gtest/gtest.h>

#include "tests/unit/cm_advice_reading.h"

namespace cmagent::cm {
namespace {

TEST(Advice, IsReadFromTheServiceDialect) {
    const Body body(fixture("409-service-streams"));
    EXPECT_EQ(body->error(), json::Error::none);
    ASSERT_EQ(body.advice().size(), 1u);
    const Advice advice = body.advice()[0];
    EXPECT_EQ(advice.kind, AdviceKind::rule_violation);
    EXPECT_EQ(text_of(advice.message), "Number of active streams exceeded");
    EXPECT_EQ(text_of(advice.policy), "demo-policy");
    EXPECT_EQ(text_of(advice.rule), "3 streams cap");
    EXPECT_EQ(text_of(advice.attribute), "none");
    EXPECT_EQ(advice.threshold.raw(), "4");
    EXPECT_FALSE(advice.current);
    EXPECT_TRUE(advice.scope.empty());
    EXPECT_EQ(advice.more_conflicts, 0u);
    ASSERT_EQ(advice.conflicts.size(), 3u);
    EXPECT_FALSE(body->terminated_remotely());
    EXPECT_TRUE(body->obligations().empty());

    const ConflictingSession first = body.conflicts()[0];
    EXPECT_EQ(text_of(first.value), "76378b50-4eb0-43b4-b144-51cb62d85563");
    EXPECT_EQ(text_of(first.session_id), "76378b50-4eb0-43b4-b144-51cb62d85563");
    EXPECT_EQ(text_of(first.termination_code), "51fd351f");
    EXPECT_EQ(text_of(first.started_at), "2024-11-25T09:06:12.951Z");
    EXPECT_EQ(text_of(first.device_name), "none") << "Unknown is a placeholder";
    EXPECT_EQ(text_of(first.channel), "none") << "Unknown is a placeholder";
    EXPECT_EQ(text_of(first.application_name), "Demo application");
    EXPECT_EQ(first.metadata.raw(), R"({"package":"premium","show":"Friends"})");
    EXPECT_FALSE(first.repeated);
    const ConflictingSession second = body.conflicts()[1];
    EXPECT_EQ(text_of(second.device_name), "Bedroom");
    EXPECT_EQ(text_of(second.channel), "Channel2");
    EXPECT_FALSE(second.metadata);
}

TEST(Advice, KeepsWhichSessionsAreFreedTogether) {
    const Body body(fixture("409-service-devices"));
    ASSERT_EQ(body.advice().size(), 2u);
    const Advice devices = body.advice()[0];
    EXPECT_EQ(text_of(devices.attribute), "deviceId");
    EXPECT_EQ(text_of(devices.scope), "channel");
    EXPECT_EQ(devices.conflicts.size(), 3u);
    EXPECT_EQ(body.advice()[1].conflicts.size(), 1u);
    EXPECT_TRUE(body.advice()[1].scope.empty());

    const std::vector<ConflictingSession> conflicts = body.conflicts();
    ASSERT_EQ(conflicts.size(), 4u);
    EXPECT_EQ(text_of(conflicts[0].value), "device-A");
    EXPECT_EQ(text_of(conflicts[1].value), "device-A");
    EXPECT_EQ(text_of(conflicts[2].value), "device-B");
    EXPECT_EQ(text_of(conflicts[0].session_id), "none") << "a device is no session";
    EXPECT_EQ(text_of(conflicts[3].value), "s-1");
    EXPECT_EQ(text_of(conflicts[3].session_id), "s-1") << "the attribute is streamId";
}

TEST(Advice, OffersASessionOnceAlthoughTwoRulesNameIt) {
    const Body body(fixture("409-service-devices"));
    const std::vector<ConflictingSession> conflicts = body.conflicts();
    EXPECT_FALSE(conflicts[0].repeated);
    EXPECT_FALSE(conflicts[1].repeated);
    EXPECT_FALSE(conflicts[2].repeated);
    EXPECT_TRUE(conflicts[3].repeated);
    EXPECT_EQ(text_of(conflicts[3].termination_code), "aaaa0001");

    const Body others(violation(
        R"("conflicts":[{"terminationCode":"ab"},{"terminationCode":"cd"},{"terminationCode":"ij"},{},{},{"terminationCode":"a\u0062"}])"));
    std::string repeated;
    for (const ConflictingSession& conflict : others.conflicts())
        repeated += conflict.repeated ? "1" : "0";
    EXPECT_EQ(repeated, "000001")
        << "not of a like sum, not of the same, not without a code, but the same escaped";
}

TEST(Advice, IsReadFromTheGuideDialect) {
    const Body body(fixture("409-guide"));
    ASSERT_EQ(body.advice().size(), 1u);
    const Advice advice = body.advice()[0];
    EXPECT_EQ(advice.kind, AdviceKind::rule_violation);
    EXPECT_EQ(text_of(advice.message), "Concurrent usage limit exceeded");
    EXPECT_EQ(text_of(advice.rule), "max_streams");
    EXPECT_EQ(advice.threshold.raw(), "3");
    EXPECT_EQ(advice.current.raw(), "4");
    ASSERT_EQ(body.conflicts().size(), 1u);
    const ConflictingSession conflict = body.conflicts()[0];
    EXPECT_EQ(text_of(conflict.value), "none") << "a list has no values";
    EXPECT_EQ(text_of(conflict.session_id), "session-123");
    EXPECT_EQ(text_of(conflict.termination_code), "term-456");
    EXPECT_EQ(text_of(conflict.channel), "Channel1");
    EXPECT_EQ(text_of(conflict.device_name), "none");
}

TEST(Advice, IsReadFromTheReferenceDialect) {
    const Body body(fixture("409-reference"));
    ASSERT_EQ(body.advice().size(), 1u);
    const Advice advice = body.advice()[0];
    EXPECT_EQ(advice.kind, AdviceKind::rule_violation) << "no type, but a rule";
    EXPECT_EQ(text_of(advice.policy), "string");
    EXPECT_EQ(text_of(advice.rule), "string");
    EXPECT_EQ(text_of(advice.attribute), "string");
    EXPECT_EQ(advice.threshold.raw(), "0");
    EXPECT_EQ(text_of(advice.message), "none");
    ASSERT_EQ(body.conflicts().size(), 1u);
    EXPECT_FALSE(body.conflicts()[0].termination_code);
    ASSERT_EQ(body.obligations().size(), 1u);
    EXPECT_EQ(text_of(body.obligations()[0].arguments), "string");

    const Body bare(fixture("409-reference-evaluation-result"));
    ASSERT_EQ(bare.advice().size(), 1u);
    EXPECT_EQ(text_of(bare.advice()[0].rule), "rule-name");
    EXPECT_EQ(text_of(bare.conflicts()[0].session_id), "session-123");
    ASSERT_EQ(bare.obligations().size(), 1u);
    EXPECT_EQ(text_of(json::GetStringValue(bare.obligations()[0].id)), "obligation-id");
}

TEST(Advice, WithoutConflictsStillTellsTheLimit) {
    const Body body(fixture("409-guide-no-conflicts"));
    ASSERT_EQ(body.advice().size(), 1u);
    EXPECT_EQ(body.advice()[0].threshold.raw(), "3");
    EXPECT_TRUE(body.advice()[0].conflicts.empty());
    EXPECT_EQ(Body(violation(R"("ruleName":"r")")).advice()[0].conflicts.size(), 0u);
    EXPECT_EQ(Body(violation(R"("conflicts":{"s-1":[],"s-2":null})")).conflicts().size(), 0u);
}

TEST(Advice, TellsWhoEndedTheSession) {
    const Body service(fixture("410-service-remote-termination"));
    EXPECT_TRUE(service->terminated_remotely());
    ASSERT_EQ(service.advice().size(), 1u);
    EXPECT_EQ(service.advice()[0].kind, AdviceKind::remote_termination);
    EXPECT_EQ(text_of(service.advice()[0].message), "This session was terminated by a remote user");
    const RemoteTerminator terminator = service.advice()[0].terminator;
    EXPECT_EQ(text_of(terminator.application_name), "Demo application");
    EXPECT_EQ(text_of(terminator.started_at), "2024-11-25T09:06:12.951Z");
    EXPECT_EQ(text_of(terminator.device_name), "none");
    EXPECT_EQ(text_of(terminator.channel), "none");
    EXPECT_EQ(text_of(terminator.session_id), "none");

    for (const char* const name :
         {"410-guide-remote-termination", "410-wrapped-remote-termination"}) {
        const Body guide(fixture(name));
        EXPECT_TRUE(guide->terminated_remotely()) << name;
        ASSERT_EQ(guide.advice().size(), 1u) << name;
        EXPECT_EQ(text_of(guide.advice()[0].terminator.session_id), "session-456") << name;
        EXPECT_EQ(text_of(guide.advice()[0].message),
                  "New session requested with X-Terminate header");
    }

    const Body full(
        R"({"type":"remote-termination","terminator":{"sessionId":"s","channel":"c","deviceName":"d"}})");
    EXPECT_EQ(text_of(full.advice()[0].terminator.session_id), "s");
    EXPECT_EQ(text_of(full.advice()[0].terminator.channel), "c");
    EXPECT_EQ(text_of(full.advice()[0].terminator.device_name), "d");
}

TEST(Advice, IsFoundWhereverItStands) {
    const char* const kAdvice = R"({"type":"rule-violation","ruleName":"r"})";
    const auto count = [kAdvice](const std::string& before, const std::string& after) {
        return Body(before + kAdvice + after).advice().size();
    };
    EXPECT_EQ(count("", ""), 1u);
    EXPECT_EQ(count("[", "]"), 1u);
    EXPECT_EQ(count(R"({"associatedAdvice":)", "}"), 1u) << "one object in place of a list";
    EXPECT_EQ(count(R"({"associatedAdvice":[null,7,"x",)", "]}"), 1u);
    EXPECT_EQ(count(R"({"evaluationResult":)", "}"), 1u);
    EXPECT_EQ(count(R"({"evaluationResult":[)", "]}"), 1u);
    EXPECT_EQ(count(R"({"evaluationResult":{"associatedAdvice":[)", "]}}"), 1u);
    EXPECT_EQ(count(R"({"evaluationResult":null,"associatedAdvice":[)", "]}"), 1u);
    EXPECT_EQ(count(R"({"data":[)", "]}"), 0u) << "not where anybody has seen one";
    const std::string both = std::string(R"({"associatedAdvice":[)") + kAdvice +
                             R"(],"evaluationResult":{"associatedAdvice":)" + kAdvice + "}}";
    EXPECT_EQ(Body(both).advice().size(), 2u);
}

TEST(Advice, HasAKind) {
    const auto kind = [](const std::string& members) {
        const Body body(R"({"associatedAdvice":[{)" + members + "}]}");
        EXPECT_EQ(body.advice().size(), 1u);
        return body.advice()[0].kind;
    };
    EXPECT_EQ(kind(R"("type":"rule-violation")"), AdviceKind::rule_violation);
    EXPECT_EQ(kind(R"("adviceType":"rule-violation")"), AdviceKind::rule_violation);
    EXPECT_EQ(kind(R"("attributes":{"type":"rule-violation"})"), AdviceKind::rule_violation);
    EXPECT_EQ(kind(R"("type":"remote-termination")"), AdviceKind::remote_termination);
    EXPECT_EQ(kind(R"("type":"remote\u002dtermination")"), AdviceKind::remote_termination);
    EXPECT_EQ(kind(R"("\u0074ype":"remote-termination")"), AdviceKind::remote_termination);
    EXPECT_EQ(kind(R"("type":"something-new","ruleName":"r")"), AdviceKind::rule_violation);
    EXPECT_EQ(kind(R"("type":"something-new","terminator":{})"), AdviceKind::remote_termination);
    EXPECT_EQ(kind(R"("type":"something-new")"), AdviceKind::other);
    EXPECT_EQ(kind(R"("type":7,"ruleName":"r")"), AdviceKind::rule_violation);
    EXPECT_EQ(kind(R"("policyName":"p")"), AdviceKind::rule_violation);
    EXPECT_EQ(kind(R"("attributes":{"rule":"r"})"), AdviceKind::rule_violation);
    EXPECT_EQ(kind(R"("conflicts":[])"), AdviceKind::rule_violation);
    EXPECT_EQ(kind(R"("terminator":{})"), AdviceKind::remote_termination);
    EXPECT_EQ(kind(R"("attributes":{"terminatedBy":"s"})"), AdviceKind::remote_termination);
    EXPECT_EQ(kind(R"("message":"m","conflicts":7,"terminator":"x")"), AdviceKind::other);
}

TEST(Advice, AsksToLogOut) {
    const Body body(fixture("403-service-logout"));
    EXPECT_TRUE(body->demands_logout());
    EXPECT_FALSE(body->demands_metadata_refresh());
    const auto demands = [](const std::string& name_space, const std::string& action) {
        return Body(R"({"obligations":{"namespace":")" + name_space + R"(","action":")" + action +
                    "\"}}")
            ->demands_logout();
    };
    EXPECT_TRUE(demands("adobe.primetime.authentication", "logout"));
    EXPECT_FALSE(demands("adobe.primetime.cm", "logout"));
    EXPECT_FALSE(demands("adobe.primetime.authentication", "login"));
    EXPECT_TRUE(Body(R"({"evaluationResult":{"obligations":[7,{"attributes":{"action":"logout",)"
                     R"("namespace":"adobe.primetime.authentication"}}]}})")
                    ->demands_logout());
}

TEST(Advice, AsksForFreshMetadata) {
    for (const char* const name :
         {"400-service-refresh-metadata", "400-service-refresh-metadata-array"}) {
        const Body body(fixture(name));
        EXPECT_TRUE(body->demands_metadata_refresh()) << name;
        EXPECT_FALSE(body->demands_logout()) << name;
        EXPECT_EQ(text_of(body.obligations()[0].name_space), "adobe.primetime.cm");
        EXPECT_EQ(text_of(body.obligations()[0].arguments), "metadata");
    }
    const auto demands = [](const std::string& members) {
        return Body(R"({"obligations":[{"namespace":"adobe.primetime.cm",)" + members + "}]}")
            ->demands_metadata_refresh();
    };
    EXPECT_TRUE(demands(R"("action":"refresh","arguments":["x","metadata"])"));
    EXPECT_TRUE(demands(R"("action":"refresh","arguments":"metadata")"));
    EXPECT_FALSE(demands(R"("action":"refresh","arguments":["x"])"));
    EXPECT_FALSE(demands(R"("action":"refresh")"));
    EXPECT_FALSE(demands(R"("action":"reload","arguments":["metadata"])"));
    EXPECT_FALSE(Body(R"({"obligations":{"action":"refresh","arguments":"metadata"}})")
                     ->demands_metadata_refresh());
}

}  // namespace
}  // namespace cmagent::cm
