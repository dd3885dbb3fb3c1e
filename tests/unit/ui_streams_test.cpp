// GET /v1/streams: what the household watches, from a look that all who ask share.

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

constexpr const char* kStreams = "/v1/streams?idp=mvpd&subject=home";
constexpr const char* kRefreshed = "/v1/streams?idp=mvpd&subject=home&refresh=true";
constexpr const char* kOne = R"({"runningStreams":[{"sessionId":"a"}],"otherStreams":1})";

TEST_F(ApiTest, StreamsAreAskedOfCm) {
    const Answered waiting = ask("GET", "/v1/streams?idp=a%2Fb&subject=c+d%2B&application=news");
    ASSERT_EQ(exchanges.size(), 1U);
    cm::Request request;
    ASSERT_TRUE(core->describe(exchanges[0], request));
    EXPECT_EQ(request.idp, "a/b");
    EXPECT_EQ(request.subject, "c d+");
    EXPECT_EQ(request.application_id, "demo-app-2");
    const std::string body = fixture("running-streams");
    cm_lists(body);
    EXPECT_EQ(later(waiting).status, 200);
    EXPECT_TRUE(later(waiting).has(R"("streams":[{"sessionId":)")) << later(waiting).body;
    EXPECT_FALSE(later(waiting).has("Unknown"));
}

TEST_F(ApiTest, StreamsOfThisBoxAreMarkedAndPausedOnesStandFirst) {
    const std::string id = start_id();
    const Answered waiting = ask("GET", "/v1/streams?idp=mvpd&subject=home");
    cm_lists(R"({"runningStreams":[{"sessionId":"cm-1"},{"sessionId":"x","metadata":)"
             R"({"playState":"paused","pausedSince":"2024-11-25T09:06:12Z"}}]})");
    EXPECT_EQ(later(waiting).body,
              R"({"streams":[{"sessionId":"x","metadata":{"playState":"paused",)"
              R"("pausedSince":"2024-11-25T09:06:12Z"},"pausedSince":"2024-11-25T09:06:12Z"},)"
              R"({"sessionId":"cm-1","here":")" +
                  id + R"("}],"agoMs":0})");
}

TEST_F(ApiTest, AListThatIsNoneIsNotCm) {
    const Answered waiting = ask("GET", "/v1/streams?idp=a&subject=b");
    cm_refuses(cm::Meaning::not_cm, 200);
    EXPECT_EQ(later(waiting).member("code"), "cm-protocol");
}

TEST_F(ApiTest, StreamsTellTheirAgeAndWhenTheFirstLapses) {
    const Answered waiting = ask("GET", kStreams);
    cm_lists(kOne, 60'000);
    EXPECT_EQ(
        later(waiting).body,
        R"({"streams":[{"sessionId":"a"}],"otherStreams":1,"nextLapseInMs":60000,"agoMs":0})");
    pass(2'500);
    const Answered kept = ask("GET", kStreams);
    EXPECT_EQ(kept.member("nextLapseInMs"), "57500");
    EXPECT_EQ(kept.member("agoMs"), "2500");
    EXPECT_TRUE(exchanges.empty());
    const Answered refreshed = ask("GET", kRefreshed);
    EXPECT_EQ(refreshed.status, 0) << "CM is asked";
    cm_lists(R"({"runningStreams":[]})");
    EXPECT_EQ(later(refreshed).body, R"({"streams":[],"agoMs":0})");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=mvpd&subject=home&refresh=false").status, 200);
}

TEST_F(ApiTest, StreamsOfALookThatHasLapsedSayNothingNegative) {
    const Answered waiting = ask("GET", kStreams);
    cm_lists(kOne, 500);
    EXPECT_EQ(later(waiting).member("nextLapseInMs"), "500");
    pass(1'000);
    EXPECT_EQ(ask("GET", kStreams).member("nextLapseInMs"), "0");
}

TEST_F(ApiTest, StreamsThatCmRefusesAreRefusedWithoutAnotherCall) {
    const Answered waiting = ask("GET", kStreams);
    cm_refuses(cm::Meaning::unauthorized, 401);
    EXPECT_EQ(later(waiting).member("code"), "cm-credentials");
    pass(1'000);
    EXPECT_EQ(ask("GET", kRefreshed).member("code"), "cm-credentials");
    EXPECT_TRUE(exchanges.empty());
}

TEST_F(ApiTest, StreamsThatCmThrottlesSayWhenToAskAgain) {
    const Answered waiting = ask("GET", kStreams);
    cm_refuses(cm::Meaning::throttled, 429);
    EXPECT_EQ(later(waiting).fields.at("Retry-After"), "60");
    pass(20'000);
    EXPECT_EQ(ask("GET", kStreams).fields.at("Retry-After"), "40");
}

TEST_F(ApiTest, StreamsOfASubjectThatIsLoggedOutAreToldToNobody) {
    const Answered waiting = ask("GET", kStreams);
    EXPECT_EQ(ask("POST", "/v1/logout", R"({"idp":"mvpd","subject":"home"})").status, 204);
    EXPECT_EQ(later(waiting).status, 409);
    EXPECT_EQ(later(waiting).member("code"), "replaced");
}

}  // namespace
}  // namespace cmagent::ui
