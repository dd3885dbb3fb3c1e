// What CM's evaluation becomes in the local API.

#include "agent/ui/evaluation_json.h"

#include <gtest/gtest.h>

#include "tests/unit/cm_advice_reading.h"

namespace cmagent::ui {
namespace {

template <class Write>
std::string written(const cm::Body& body, Write write) {
    char bytes[4096];
    json::Writer writer({bytes, sizeof bytes});
    write(writer, *body);
    return std::string(writer.view());
}
std::string violations(const std::string& body) {
    return written(cm::Body(body), [](json::Writer& writer, const cm::Evaluation& evaluation) {
        write_violations(writer, evaluation, {*languages().begin()});
    });
}
std::string termination(const std::string& body) {
    return written(cm::Body(body), write_termination);
}
std::string obligations(const std::string& body) {
    return written(cm::Body(body), write_obligations);
}

TEST(EvaluationJson, WritesViolationsInOneForm) {
    EXPECT_EQ(violations(fixture("409-guide")),
              R"([{"kind":"streams","line":"Only 3 programmes can be watched at the same time.",)"
              R"("message":"Concurrent usage limit exceeded","messageLanguage":"und",)"
              R"("rule":"max_streams","threshold":3,)"
              R"("current":4,"conflicts":[{"sessionId":"session-123","terminationCode":"term-456",)"
              R"("channel":"Channel1","metadata":{"deviceId":"device-789","channel":"Channel1",)"
              R"("contentType":"live"}}]}])");
    EXPECT_EQ(
        violations(fixture("409-service-one-conflict")),
        R"([{"kind":"streams","line":"Too many programmes are being watched at the same time.",)"
        R"("message":"Number of active streams exceeded","messageLanguage":"und",)"
        R"("policy":"demo-policy",)"
        R"("rule":"3 streams cap","threshold":4,"conflicts":[)"
        R"({"value":"00000193-6292-4357-2768-f1575e82306a",)"
        R"("sessionId":"00000193-6292-4357-2768-f1575e82306a","terminationCode":"51fd351f",)"
        R"("startedAt":"2024-11-25T09:06:12.951Z","applicationName":"Demo application",)"
        R"("metadata":{"package":"premium","tvShow":"Friends"}}]}])");
    EXPECT_EQ(violations(fixture("409-reference")),
              R"([{"kind":"other","line":"This cannot be watched on this device now.",)"
              R"("policy":"string","rule":"string","attribute":"string","threshold":0,)"
              R"("conflicts":[{}]}])");
}

TEST(EvaluationJson, WritesScopeDeviceAndTextualThreshold) {
    EXPECT_EQ(
        violations(cm::violation(
            R"("scope":{"channel":1},"threshold":"four","conflicts":[{"deviceName":"d"}])")),
        R"([{"kind":"channel",)"
        R"("line":"This channel is already being watched too many times.","threshold":"four","scope":["channel"],"conflicts":[{"deviceName":"d"}]}])");
}

TEST(EvaluationJson, OffersARepeatedSessionOnce) {
    const std::string text = violations(fixture("409-service-devices"));
    const std::string code = R"("terminationCode":"aaaa0001")";
    EXPECT_NE(text.find(code), std::string::npos);
    EXPECT_EQ(text.find(code), text.rfind(code));
    EXPECT_NE(text.find(R"({"value":"s-1","sessionId":"s-1","startedAt")"), std::string::npos);
}

TEST(EvaluationJson, LeavesThePlaceholderOut) {
    EXPECT_EQ(
        violations(
            cm::violation(R"("conflicts":{"Unknown":[{"channel":"Unknown"}],"":[{}],"v":[{}]})")),
        R"([{"kind":"streams","line":"Too many programmes are being watched at the same time.",)"
        R"("conflicts":[{},{},{"value":"v","sessionId":"v"}]}])");
}

TEST(EvaluationJson, CountsTheConflictsItDoesNotList) {
    std::string list;
    for (int i = 0; i < 67; ++i) list += i > 0 ? ",{}" : "{}";
    const std::string text = violations(cm::violation("\"conflicts\":[" + list + "]"));
    EXPECT_NE(text.find(R"("moreConflicts":3)"), std::string::npos);
    EXPECT_EQ(violations(cm::violation("\"conflicts\":[]")).find("moreConflicts"),
              std::string::npos);
}

TEST(EvaluationJson, PausedOnesStandFirst) {
    const std::string text = violations(
        cm::violation(R"("conflicts":[{"channel":"a"},)"
                      R"({"metadata":{"playState":"paused","pausedSince":"2024-11-25T09:06:12Z"}},)"
                      R"({"channel":"b","metadata":{"playState":"playing"}}])"));
    EXPECT_NE(text.find(R"("conflicts":[)"
                        R"({"metadata":{"playState":"paused",)"
                        R"("pausedSince":"2024-11-25T09:06:12Z"},)"
                        R"("pausedSince":"2024-11-25T09:06:12Z"},{"channel":"a"},)"
                        R"({"channel":"b","metadata":{"playState":"playing"}}])"),
              std::string::npos)
        << text;
}

TEST(EvaluationJson, AMessageOfAnUnknownKindIsAViolation) {
    EXPECT_EQ(violations(fixture("409-service-unknown-advice")),
              R"([{"kind":"other","line":"This programme is not part of your subscription",)"
              R"("type":"subscription-required",)"
              R"("message":"This programme is not part of your subscription",)"
              R"("messageLanguage":"und","conflicts":[]}])");
    EXPECT_EQ(violations(R"({"associatedAdvice":[{"type":"parental","attributes":{"age":16}}]})"),
              R"([{"kind":"other","line":"This cannot be watched on this device now.",)"
              R"("type":"parental","attributes":{"age":16},"conflicts":[]}])");
}

TEST(EvaluationJson, WritesNoRemoteTerminationAsViolation) {
    EXPECT_EQ(violations(fixture("410-service-remote-termination")), "[]");
    EXPECT_EQ(violations("not JSON"), "[]");
}

TEST(EvaluationJson, WritesWhoEndedTheSession) {
    EXPECT_EQ(termination(fixture("410-service-remote-termination")),
              R"({"message":"This session was terminated by a remote user","terminator":)"
              R"({"applicationName":"Demo application","startedAt":"2024-11-25T09:06:12.951Z"}})");
    EXPECT_EQ(termination(fixture("410-wrapped-remote-termination")),
              R"({"message":"New session requested with X-Terminate header",)"
              R"("terminator":{"sessionId":"session-456"}})");
    EXPECT_EQ(termination(
                  R"({"type":"remote-termination","terminator":{"deviceName":"d","channel":"c"}})"),
              R"({"terminator":{"deviceName":"d","channel":"c"}})");
    EXPECT_EQ(termination(fixture("409-service-streams")), "null");
}

TEST(EvaluationJson, WritesObligations) {
    EXPECT_EQ(
        obligations(fixture("400-service-refresh-metadata")),
        R"([{"namespace":"adobe.primetime.cm","action":"refresh","arguments":["metadata"]}])");
    EXPECT_EQ(obligations(fixture("403-service-logout")),
              R"([{"namespace":"adobe.primetime.authentication","action":"logout"}])");
    EXPECT_EQ(obligations(fixture("409-guide-obligation")),
              R"([{"id":"o-1","fulfillOn":"DENY","attributes":{"k":"v"}}])");
    EXPECT_EQ(obligations("{}"), "[]");
}

}  // namespace
}  // namespace cmagent::ui
