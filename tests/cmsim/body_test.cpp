// The bodies are those that the documentation shows: compared with tests/fixtures, white space
// aside.

#include "tests/cmsim/body.h"

#include <gtest/gtest.h>

#include "tests/cmsim/date.h"
#include "tests/fixture.h"

namespace cmagent::cmsim {
namespace {

// 2024-11-25T09:06:12.951Z, of the published samples.
constexpr Millis kStarted = 1'732'525'572'951;

std::string without_white_space(const std::string& json) {
    std::string result;
    bool in_string = false;
    for (const char c : json) {
        if (c == '"') in_string = !in_string;
        if (in_string || (c != ' ' && c != '\n')) result.push_back(c);
    }
    return result;
}

std::string shown(const std::string& name) {
    return without_white_space(fixture(name));
}

Answer with(Evaluation evaluation) {
    return {0, 0, {}, {}, std::move(evaluation)};
}

Stream stream(std::string session, std::string code, Metadata metadata) {
    return {std::move(session), std::move(code), "demo-app",
            "Demo application", kStarted,        std::move(metadata)};
}

Answer terminated() {
    return with({{}, stream("session-456", "", {}), {}});
}

TEST(ServiceBody, RemoteTerminationIsAsPublished) {
    EXPECT_EQ(render(terminated(), Dialect::service), shown("410-service-remote-termination"));
}

TEST(ServiceBody, RefreshObligationIsABareObject) {
    const Answer answer = with({{}, {}, {{"adobe.primetime.cm", "refresh", {"metadata"}}}});
    EXPECT_EQ(render(answer, Dialect::service), shown("400-service-refresh-metadata"));
    EXPECT_EQ(render(answer, Dialect::reference), shown("400-service-refresh-metadata-array"));
}

TEST(ServiceBody, AViolationHasADictionaryOfConflicts) {
    const Rule rule{"2 devices", "Too many devices", "deviceId", 2, {"channel"}, {}};
    Violation violation{"household", rule, 3, {}};
    violation.conflicts.push_back(
        {"device-A",
         {stream("s-1", "aaaa0001", {{"deviceName", "Living room"}, {"show", "Friends"}}),
          stream("s-2", "aaaa0002", {})}});
    EXPECT_EQ(render(with({{violation}, {}, {}}), Dialect::service),
              R"({"associatedAdvice":[{"type":"rule-violation","message":"Too many devices",)"
              R"("policyName":"household","ruleName":"2 devices","attribute":"deviceId",)"
              R"("threshold":2,"scope":["channel"],"conflicts":{"device-A":[)"
              R"({"terminationCode":"aaaa0001","metadata":{"show":"Friends"},"channel":"Unknown",)"
              R"("startedAt":"2024-11-25T09:06:12.951Z","deviceName":"Living room",)"
              R"("applicationName":"Demo application"},)"
              R"({"terminationCode":"aaaa0002","channel":"Unknown",)"
              R"("startedAt":"2024-11-25T09:06:12.951Z","deviceName":"Unknown",)"
              R"("applicationName":"Demo application"}]}}],"obligations":[]})");
}

TEST(GuideBody, RemoteTerminationIsTheWholeBody) {
    EXPECT_EQ(render(terminated(), Dialect::guide), shown("410-guide-remote-termination"));
}

TEST(GuideBody, AViolationHasAnArrayOfConflicts) {
    Violation violation{"", {"max_streams", "", kStreamId, 3, {}, {}}, 4, {}};
    violation.conflicts.push_back(
        {"session-123",
         {stream("session-123", "term-456",
                 {{"channel", "Channel1"}, {"contentType", "live"}, {"deviceId", "device-789"}})}});
    std::string expected = shown("409-guide");
    // The metadata come in the order of their names; the fixture has no obligations.
    const std::string given =
        R"("deviceId":"device-789","channel":"Channel1","contentType":"live")";
    expected.replace(expected.find(given), given.size(),
                     R"("channel":"Channel1","contentType":"live","deviceId":"device-789")");
    const std::string decision = R"("decision":"DENY",)";
    expected.insert(expected.find(decision) + decision.size(), R"("obligations":[],)");
    EXPECT_EQ(render(with({{violation}, {}, {}}), Dialect::guide), expected);
}

TEST(ReferenceBody, RemoteTerminationIsWrapped) {
    EXPECT_EQ(render(terminated(), Dialect::reference), shown("410-wrapped-remote-termination"));
}

TEST(ReferenceBody, AViolationHasNeitherTypeNorMessage) {
    Violation violation{"policy", {"rule", "message", kStreamId, 1, {}, {}}, 2, {}};
    violation.conflicts.push_back({"s-1", {stream("s-1", "code", {})}});
    EXPECT_EQ(render(with({{violation}, {}, {}}), Dialect::reference),
              R"({"associatedAdvice":[{"policyName":"policy","ruleName":"rule","scope":{},)"
              R"("attribute":"streamId","threshold":1,"conflicts":[{"sessionId":"s-1",)"
              R"("terminationCode":"code","channel":"Unknown",)"
              R"("startedAt":"2024-11-25T09:06:12.951Z","deviceName":"Unknown",)"
              R"("applicationName":"Demo application","metadata":{}}]}],"obligations":[]})");
}

TEST(Body, NamesAndRunningStreams) {
    EXPECT_EQ(render({200, 0, {}, {}, Names{"channel"}}, Dialect::service),
              shown("metadata-demo-app-2"));
    EXPECT_EQ(render({200, 0, {}, {}, RunningStreams{}}, Dialect::service),
              shown("running-streams-none"));
    Stream running = stream("76378b50-4eb0-43b4-b144-51cb62d85563", "c424312e",
                            {{"package", "premium"}, {"superseded", "ab1a9d54"}});
    running.started = 1'738'760'521'421;
    EXPECT_EQ(render({200, 0, {}, {}, RunningStreams{{running}, 2}}, Dialect::guide),
              R"({"runningStreams":[{"sessionId":"76378b50-4eb0-43b4-b144-51cb62d85563",)"
              R"("startTime":1738760521421,"applicationId":"demo-app",)"
              R"("applicationName":"Demo application","terminationCode":"c424312e",)"
              R"("metadata":{"package":"premium","superseded":"ab1a9d54"}}],"otherStreams":2})");
}

TEST(Body, NoneWhereTheAnswerHasNone) {
    EXPECT_EQ(render({410, 0, {}, {}, {}}, Dialect::service), "");
}

TEST(Body, WhatUsersTypeIsEscaped) {
    EXPECT_EQ(render({200, 0, {}, {}, Names{"a\"b\\c\nd\x01"}}, Dialect::service),
              R"(["a\"b\\c\u000ad\u0001"])");
}

TEST(Date, InAllForms) {
    EXPECT_EQ(http_date(784'111'777'000), "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110 §5.6.7
    EXPECT_EQ(http_date(1'709'164'800'999), "Thu, 29 Feb 2024 00:00:00 GMT");
    EXPECT_EQ(http_date(4'107'542'399'000), "Sun, 28 Feb 2100 23:59:59 GMT");
    EXPECT_EQ(http_date(4'107'542'400'000), "Mon, 01 Mar 2100 00:00:00 GMT");
    EXPECT_EQ(rfc3339(kStarted), "2024-11-25T09:06:12.951Z");
    EXPECT_EQ(x509_time(0), "19700101000000");
}

}  // namespace
}  // namespace cmagent::cmsim
