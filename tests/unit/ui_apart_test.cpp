// Apps apart (contract.md, "Who may call"): what one application does or is told, another one's
// token neither meets nor changes.

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

class ApartTest : public ApiTest {
  protected:
    ApartTest() {
        settings.needs_token = true;
        settings.tokens =
            "all-of-them-0123456789abcdef\n"
            "films-only-0123456789abcdefg default\n"
            "news-only-0123456789abcdefgh news\n";
        api->configure(settings);
    }
    Answered ask_by(const Fields& token, const std::string& method, const std::string& target,
                    const std::string& body = "") {
        return ask(method, target, body, token);
    }
    Answered started_by(const Fields& token, const std::string& more = "") {
        const Answered waiting =
            ask_by(token, "POST", "/v1/sessions", R"({"idp":"a","subject":"b")" + more + "}");
        if (waiting.status != 0) return waiting;
        cm_grants();
        return later(waiting);
    }

    const Fields all = {{"Authorization", "Bearer all-of-them-0123456789abcdef"}};
    const Fields films = {{"Authorization", "Bearer films-only-0123456789abcdefg"}};
    const Fields news = {{"Authorization", "Bearer news-only-0123456789abcdefgh"}};
    const std::string of_news = R"(,"application":"news")";
};

TEST_F(ApartTest, WhatTakesThePlaceOfASessionIsNotNamedToOthers) {
    const std::string film = started_by(films).member("id");
    const Answered watching = ask_by(films, "GET", "/v1/events");
    const std::string stream_tag = ask_by(films, "GET", "/v1/sessions/" + film).fields.at("ETag");
    // A zap of the launcher, which may do everything, from one app to the other.
    const Answered zap =
        ask_by(all, "POST", "/v1/sessions",
               R"({"idp":"a","subject":"b","application":"news","replaces":")" + film + "\"}");
    cm_refuses(cm::Meaning::granted, 204);
    cm_grants();
    const std::string successor = later(zap).member("id");
    ASSERT_NE(successor, "");

    const std::string path = "/v1/sessions/" + film;
    EXPECT_EQ(ask_by(all, "GET", path).member("replacedBy"), successor);
    EXPECT_EQ(ask_by(films, "GET", path).member("replacedBy"), "");
    EXPECT_FALSE(ask_by(films, "GET", "/v1/sessions").has(successor));
    const std::string heard = read(watching);
    EXPECT_NE(heard.find("event: session-ended"), std::string::npos) << heard;
    EXPECT_EQ(heard.find(successor), std::string::npos) << heard;
    const Answered change = ask_by(films, "PATCH", path, R"({"paused":true})");
    EXPECT_EQ(change.member("code"), "session-ended");
    EXPECT_FALSE(change.has(successor));
    EXPECT_TRUE(ask_by(all, "PATCH", path, R"({"paused":true})").has(successor));
    EXPECT_NE(stream_tag, ask_by(films, "GET", path).fields.at("ETag")) << "it has ended";
}

TEST_F(ApartTest, AStartThatAnotherAppHasReplacedLearnsNoMore) {
    const Answered first = ask_by(films, "POST", "/v1/sessions", R"({"idp":"a","subject":"b"})");
    const std::string list = ask_by(films, "GET", "/v1/sessions").body;
    const std::string id = list.substr(list.find("\"id\":\"") + 6, 16);
    (void)ask_by(all, "POST", "/v1/sessions",
                 R"({"idp":"a","subject":"b","application":"news","replaces":")" + id + "\"}");
    const Answered refused = later(first);
    EXPECT_EQ(refused.member("code"), "replaced") << refused.body;
    EXPECT_EQ(refused.member("replacedBy"), "");
}

TEST_F(ApartTest, NobodyReplacesByWayOfASessionWhoseOwnPlaceWasTaken) {
    const std::string film = started_by(films).member("id");
    const Answered zap =
        ask_by(all, "POST", "/v1/sessions",
               R"({"idp":"a","subject":"b","application":"news","replaces":")" + film + "\"}");
    cm_grants();
    cm_grants();
    const std::string report = "/v1/sessions/" + later(zap).member("id");
    EXPECT_EQ(started_by(films, R"(,"replaces":")" + film + "\"").status, 201);
    EXPECT_EQ(ask_by(all, "GET", report).member("state"), "active");
}

TEST_F(ApartTest, ALogoutThatCmDemandsIsOfItsApplication) {
    const std::string film = started_by(films).member("id");
    const std::string report = started_by(news, of_news).member("id");
    const Answered films_hear = ask_by(films, "GET", "/v1/events");
    const Answered news_hear = ask_by(news, "GET", "/v1/events");
    const Answered all_hear = ask_by(all, "GET", "/v1/events");
    pass(55'000);
    cm::Answer answer;
    answer.meaning = cm::Meaning::unauthorized;
    answer.status = 403;
    answer.logout = true;
    cm_says(answer);  // the film's heartbeat is the first
    EXPECT_NE(read(films_hear).find("event: obligation"), std::string::npos);
    EXPECT_NE(read(all_hear).find("event: obligation"), std::string::npos);
    const std::string heard = read(news_hear);
    EXPECT_EQ(heard.find("obligation"), std::string::npos) << heard;
    EXPECT_EQ(heard.find(film), std::string::npos) << heard;
    EXPECT_EQ(ask_by(all, "GET", "/v1/sessions/" + film).member("endReason"), "logout");
    EXPECT_EQ(ask_by(all, "GET", "/v1/sessions/" + report).member("endReason"), "");
}

TEST_F(ApartTest, ALogoutThatIsDemandedOfAStartIsOfItsApplicationToo) {
    const Answered news_hear = ask_by(news, "GET", "/v1/events");
    const Answered films_hear = ask_by(films, "GET", "/v1/events");
    (void)ask_by(films, "POST", "/v1/sessions", R"({"idp":"a","subject":"b"})");
    cm::Answer answer;
    answer.meaning = cm::Meaning::unauthorized;
    answer.status = 403;
    answer.logout = true;
    cm_says(answer);
    EXPECT_NE(read(films_hear).find("obligation"), std::string::npos);
    EXPECT_EQ(read(news_hear).find("obligation"), std::string::npos);
}

TEST_F(ApartTest, EventsOfAnotherAppCauseNoReset) {
    const std::string report = started_by(news, of_news).member("id");
    const Answered quiet = ask_by(news, "GET", "/v1/events");
    const std::string polled = ask_by(news, "GET", "/v1/events?since=0").body;
    const std::string last = polled.substr(polled.rfind("\"id\":") + 5, 30);
    const std::string since = last.substr(0, last.find_first_of(",}"));
    const std::string film = "/v1/sessions/" + started_by(films).member("id");
    for (int i = 0; i < 150; ++i) {
        (void)ask_by(films, "PATCH", film,
                     i % 2 == 0 ? R"({"paused":true})" : R"({"paused":false})");
    }
    EXPECT_EQ(read(quiet).find("reset"), std::string::npos);
    EXPECT_EQ(ask_by(news, "GET", "/v1/events?since=" + since).body, "[]");
    EXPECT_TRUE(ask_by(films, "GET", "/v1/events?since=" + since).has("reset"));
    EXPECT_TRUE(ask_by(all, "GET", "/v1/events?since=" + since).has("reset"));
    (void)ask_by(news, "PATCH", "/v1/sessions/" + report, R"({"paused":true})");
    EXPECT_TRUE(ask_by(news, "GET", "/v1/events?since=" + since).has(report));
    EXPECT_FALSE(ask_by(news, "GET", "/v1/events?since=" + since).has("reset"));
}

TEST_F(ApartTest, TheHistoryEndsWithWhatTheTokenSees) {
    (void)ask_by(news, "POST", "/v1/sessions", R"({"idp":"a","subject":"b","application":"news"})");
    cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-streams"));
    const std::string before = ask_by(news, "GET", "/v1/history").body;
    EXPECT_NE(before.find("denied"), std::string::npos);
    (void)ask_by(films, "POST", "/v1/sessions", R"({"idp":"c","subject":"d"})");
    cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-streams"));
    EXPECT_EQ(ask_by(news, "GET", "/v1/history").body, before);
    EXPECT_NE(ask_by(films, "GET", "/v1/history").member("last"),
              ask_by(news, "GET", "/v1/history").member("last"));
    EXPECT_EQ(ask_by(films, "GET", "/v1/history").member("last"),
              ask_by(all, "GET", "/v1/history").member("last"));
}

TEST_F(ApartTest, OnlyOnesOwnListenersAreCounted) {
    const Answered one = ask_by(films, "GET", "/v1/events");
    const Answered other = ask_by(films, "GET", "/v1/events?timeoutSeconds=30");
    EXPECT_EQ(ask_by(films, "GET", "/v1/status").member("listeners"), "2");
    EXPECT_EQ(ask_by(news, "GET", "/v1/status").member("listeners"), "0");
    EXPECT_EQ(ask_by(all, "GET", "/v1/status").member("listeners"), "2");
}

TEST_F(ApartTest, StatusTellsOfOnesOwnApplicationsAlone) {
    (void)ask_by(news, "GET", "/v1/metadata?application=news");
    cm_refuses(cm::Meaning::unauthorized, 401);
    const Answered own = ask_by(news, "GET", "/v1/status");
    EXPECT_TRUE(own.has(R"("applications":{"news":"refused"})"));
    EXPECT_TRUE(own.has(R"("application":"news","host")"));
    const Answered others = ask_by(films, "GET", "/v1/status");
    EXPECT_TRUE(others.has(R"("applications":{"default":"unknown"})"));
    EXPECT_TRUE(others.has(R"("lastError":null)"));
    EXPECT_FALSE(others.has("news"));
    for (const char* of_the_box : {"\"state\":{", "\"log\":{", "\"configuration\":{"}) {
        EXPECT_FALSE(others.has(of_the_box)) << of_the_box;
        EXPECT_TRUE(ask_by(all, "GET", "/v1/status").has(of_the_box)) << of_the_box;
    }
}

TEST_F(ApartTest, WhatATokenMayNotUseIsAsIfItWereNotConfigured) {
    const auto refusal = [](const Answered& answer) {
        return std::to_string(answer.status) + " " + answer.member("field") + " " +
               answer.member("reason");
    };
    const std::string account = R"({"idp":"a","subject":"b")";
    EXPECT_EQ(refusal(started_by(films, of_news)), "422 application unknown");
    EXPECT_EQ(refusal(started_by(films, R"(,"application":"nothing")")), "422 application unknown");
    EXPECT_EQ(refusal(started_by(news)), "422 application missing");
    for (const char* path : {"/v1/streams", "/v1/outlook"}) {
        const std::string target = std::string(path) + "?idp=a&subject=b";
        EXPECT_EQ(refusal(ask_by(news, "GET", target)), "422 application missing");
        EXPECT_EQ(refusal(ask_by(films, "GET", target + "&application=news")),
                  "422 application unknown");
    }
    EXPECT_EQ(refusal(ask_by(news, "GET", "/v1/metadata")), "422 application missing");
    EXPECT_EQ(refusal(ask_by(news, "DELETE", "/v1/streams/x?idp=a&subject=b")),
              "422 application missing");
    // The order of the faults tells no more than the fault itself.
    for (const char* application : {"news", "nothing"}) {
        EXPECT_EQ(refusal(ask_by(films, "GET",
                                 std::string("/v1/streams?idp=a&application=") + application)),
                  "422 application unknown");
    }
}

TEST_F(ApartTest, MetricsTellOfTheWholeBox) {
    CMAGENT_NEEDS(CMAGENT_METRICS);
    EXPECT_EQ(ask_by(all, "GET", "/metrics").status, 200);
    const Answered refused = ask_by(news, "GET", "/metrics");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.member("code"), "not-allowed");
    EXPECT_EQ(ask_by(news, "HEAD", "/metrics").status, 403);
}

TEST_F(ApartTest, HereIsToldToThoseWhoMaySeeTheSession) {
    const std::string film = started_by(films).member("id");  // cm-1
    const std::string body =
        R"({"associatedAdvice":[{"type":"rule-violation","ruleName":"2 streams cap","policyName":"p",)"
        R"("conflicts":{"cm-1":[{"sessionId":"cm-1","terminationCode":"c1"}]}}]})";
    const Answered start =
        ask_by(news, "POST", "/v1/sessions", R"({"idp":"a","subject":"b","application":"news"})");
    cm_refuses(cm::Meaning::conflict, 409, body);
    const std::string path = "/v1/conflicts/" + later(start).member("conflictId");
    EXPECT_FALSE(later(start).has("\"here\"")) << later(start).body;
    EXPECT_TRUE(ask_by(all, "GET", path).has("\"here\":\"" + film));
    const Answered theirs = ask_by(news, "GET", path);
    EXPECT_TRUE(theirs.has("cm-1")) << theirs.body;
    EXPECT_FALSE(theirs.has("\"here\"")) << theirs.body;
    EXPECT_NE(theirs.fields.at("ETag"), ask_by(all, "GET", path).fields.at("ETag"));
    EXPECT_EQ(ask_by(films, "GET", path).status, 404);
    for (const char* method : {"POST", "DELETE"}) {
        EXPECT_EQ(ask_by(films, method, path, "{}").status, 404);
    }

    const std::string streams =
        R"({"runningStreams":[{"sessionId":"cm-1","terminationCode":"c1"}]})";
    const Answered look =
        ask_by(news, "GET", "/v1/streams?idp=a&subject=b&application=news&refresh=true");
    cm_lists(streams);
    EXPECT_FALSE(later(look).has("\"here\"")) << later(look).body;
    EXPECT_TRUE(ask_by(all, "GET", "/v1/streams?idp=a&subject=b&application=news").has(film));
    EXPECT_EQ(ask_by(news, "GET", "/v1/outlook?idp=a&subject=b&application=news").member("here"),
              "0");
}

}  // namespace
}  // namespace cmagent::ui
