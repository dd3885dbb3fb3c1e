// Requests are read strictly (contract.md, "Problems"), found by their path, and refused by name.

#include "agent/ui/routes.h"
#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

struct BadRequest {
    const char* name;
    std::string body;
    int status;
    const char* field;
    const char* reason;
};

class BadStarts : public ApiTest, public testing::WithParamInterface<BadRequest> {};

TEST_P(BadStarts, AreRefusedByName) {
    const Answered answer = ask("POST", "/v1/sessions", GetParam().body);
    EXPECT_EQ(answer.status, GetParam().status) << answer.body;
    EXPECT_EQ(answer.member("code"), GetParam().status == 400 ? "malformed-json" : "invalid-field");
    EXPECT_EQ(answer.member("field"), GetParam().field);
    EXPECT_EQ(answer.member("reason"), GetParam().reason);
    EXPECT_TRUE(exchanges.empty());
}

std::string with(const std::string& members) {
    return R"({"idp":"mvpd","subject":"home",)" + members + "}";
}

std::string pairs(int count) {
    std::string text = R"("metadata":{)";
    for (int i = 0; i < count; ++i) {
        text += (i > 0 ? ",\"n" : "\"n") + std::to_string(i) + "\":\"v\"";
    }
    return text + "}";
}

std::string codes(int count) {
    std::string text = R"("terminate":[)";
    for (int i = 0; i < count; ++i) text += (i > 0 ? ",\"c" : "\"c") + std::to_string(i) + "\"";
    return text + "]";
}

INSTANTIATE_TEST_SUITE_P(
    All, BadStarts,
    testing::Values(
        BadRequest{"NotJson", "{\"idp\":\n\"m\" \"x\"}", 400, "",
                   "2:5: expected a comma or a closing bracket"},
        BadRequest{"RepeatedName", R"({"idp":"a","idp":"b","subject":"s"})", 400, "",
                   "repeated-name"},
        BadRequest{"RepeatedNameWithin", with(R"("metadata":{"a":"1","\u0061":"2"})"), 400, "",
                   "repeated-name"},
        BadRequest{"NotAnObject", "[]", 422, "", "wrong-type"},
        BadRequest{"NoIdp", R"({"subject":"s"})", 422, "idp", "missing"},
        BadRequest{"NoSubject", R"({"idp":"m"})", 422, "subject", "missing"},
        BadRequest{"EmptyIdp", R"({"idp":"","subject":"s"})", 422, "idp", "empty"},
        BadRequest{"IdpOfNumber", R"({"idp":1,"subject":"s"})", 422, "idp", "wrong-type"},
        BadRequest{"LongIdp", R"({"idp":")" + std::string(129, 'i') + R"(","subject":"s"})", 422,
                   "idp", "too-long"},
        BadRequest{"LongSubject", R"({"idp":"m","subject":")" + std::string(257, 's') + "\"}", 422,
                   "subject", "too-long"},
        BadRequest{"ControlInSubject", R"({"idp":"m","subject":"a\r\nb"})", 422, "subject",
                   "control-character"},
        BadRequest{"ZeroInIdp", R"({"idp":"m\u0000","subject":"s"})", 422, "idp",
                   "control-character"},
        BadRequest{"C1InIdp", R"({"idp":"m\u0085","subject":"s"})", 422, "idp",
                   "control-character"},
        BadRequest{"UnknownMember", with(R"("colour":"red")"), 422, "colour", "unknown"},
        BadRequest{"UnknownApplication", with(R"("application":"sports")"), 422, "application",
                   "unknown"},
        BadRequest{"UnknownPlayer", with(R"("player":"kitchen")"), 422, "player", "unknown"},
        BadRequest{"MetadataOfText", with(R"("metadata":"x")"), 422, "metadata", "wrong-type"},
        BadRequest{"MetadataOfNumbers", with(R"("metadata":{"channel":5})"), 422,
                   "metadata.channel", "wrong-type"},
        BadRequest{"MetadataWithLineEnd", with(R"("metadata":{"channel":"a\nb"})"), 422,
                   "metadata.channel", "control-character"},
        BadRequest{"LongMetadataName",
                   with("\"metadata\":{\"" + std::string(65, 'n') + "\":\"v\"}"), 422,
                   "metadata.nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
                   "name-too-long"},
        BadRequest{"LongMetadataValue",
                   with("\"metadata\":{\"n\":\"" + std::string(257, 'v') + "\"}"), 422,
                   "metadata.n", "too-long"},
        BadRequest{"ManyPairs", with(pairs(33)), 422, "metadata", "too-many"},
        BadRequest{"ManyCodes", with(codes(9)), 422, "terminate", "too-many"},
        BadRequest{"CodeWithComma", with(R"("terminate":["a,b"])"), 422, "terminate",
                   "bad-character"},
        BadRequest{"LongCode", with("\"terminate\":[\"" + std::string(65, 'c') + "\"]"), 422,
                   "terminate", "too-long"},
        BadRequest{"CodesOfNumber", with(R"("terminate":7)"), 422, "terminate", "wrong-type"},
        BadRequest{"LongVersion", with(R"("clientVersion":")" + std::string(65, '7') + '"'), 422,
                   "clientVersion", "too-long"},
        BadRequest{"EmptyVersion", with(R"("clientVersion":"")"), 422, "clientVersion", "empty"},
        BadRequest{"VersionOfTwoWords", with(R"("clientVersion":"7 1")"), 422, "clientVersion",
                   "bad-character"},
        BadRequest{"VersionThatIsNotAscii", with(R"("clientVersion":"7\u00e9")"), 422,
                   "clientVersion", "bad-character"},
        BadRequest{"LongReplaces", with(R"("replaces":"12345678901234567")"), 422, "replaces",
                   "too-long"},
        BadRequest{"ManyValues",
                   with("\"x\":[" +
                        [] {
                            std::string zeros = "0";
                            for (int i = 0; i < 1000; ++i) zeros += ",0";
                            return zeros;
                        }() +
                        "]"),
                   422, "", "too-many-values"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(ApiTest, TheLimitsThemselvesAreAccepted) {
    const std::string body = R"({"idp":")" + std::string(128, 'i') + R"(","subject":")" +
                             std::string(256, 's') + "\"," + pairs(32) + "," + codes(8) + "}";
    EXPECT_EQ(ask("POST", "/v1/sessions", body).status, 0);
}

TEST_F(ApiTest, PercentAndSlashInAnIdentityGoThrough) {
    EXPECT_EQ(ask("POST", "/v1/sessions", R"({"idp":"a/../b%2f+","subject":"c%00d"})").status, 0);
    cm::Request request;
    ASSERT_TRUE(core->describe(exchanges[0], request));
    EXPECT_EQ(request.idp, "a/../b%2f+");
    EXPECT_EQ(request.subject, "c%00d");
}

TEST_F(ApiTest, AChangeIsReadStrictlyToo) {
    const std::string path = "/v1/sessions/" + start_id();
    EXPECT_EQ(ask("PATCH", path, R"({"paused":"yes"})").member("field"), "paused");
    EXPECT_EQ(ask("PATCH", path, R"({"subject":"x"})").member("reason"), "unknown");
    EXPECT_EQ(ask("PATCH", path, R"({"metadata":null})").member("reason"), "wrong-type");
    EXPECT_EQ(ask("PATCH", path, "").member("code"), "malformed-json");
}

TEST_F(ApiTest, OtherTypesThanJsonAre415) {
    for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/json5",
                             "multipart/form-data; boundary=x", ""}) {
        EXPECT_EQ(ask("POST", "/v1/sessions", "{}", {{"Content-Type", type}}).status, 415) << type;
    }
    EXPECT_EQ(ask("POST", "/v1/logout", R"({"idp":"a","subject":"b"})",
                  {{"Content-Type", "Application/JSON; charset=utf-8"}})
                  .status,
              204);
}

// --- paths ---

TEST_F(ApiTest, UnknownPathsAre404) {
    for (const char* path : {"/v1", "/v1/", "/v1/sessions/", "/v2/sessions", "/v1/sessions/a/b",
                             "/v1%2fsessions", "/v1/sessions/../status", "/v1/sessions%00",
                             "//v1/sessions", "/V1/sessions", "/v1/sessions;a=b"}) {
        EXPECT_EQ(ask("GET", path).member("code"), "not-found") << path;
    }
}

TEST_F(ApiTest, AnotherMethodIs405AndNamesThoseThatAreThere) {
    const Answered answer = ask("PUT", "/v1/sessions/x");
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(answer.fields.at("Allow"), "GET, HEAD, PATCH, DELETE, OPTIONS");
    EXPECT_EQ(ask("OPTIONS", "/v1/logout").fields.at("Allow"), "POST, OPTIONS");
    EXPECT_EQ(ask("HEAD", "/v1/sessions").status, 200);
}

TEST_F(ApiTest, OptionsAsksAboutEveryPathAndAboutTheServer) {
    const Answered whole = ask("OPTIONS", "*");
    EXPECT_EQ(whole.status, 204);
    EXPECT_EQ(whole.fields.at("Allow"), "GET, HEAD, POST, PATCH, DELETE, OPTIONS");
    for (const Route& route : kRoutes) {
        std::string path = route.path;
        if (path.find("{id}") != std::string::npos) path.replace(path.find("{id}"), 4, "x");
        const Answered one = ask("OPTIONS", path);
        EXPECT_EQ(one.status, 204) << path;
        EXPECT_NE(one.fields.at("Allow").find(route.method), std::string::npos) << path;
    }
}

TEST_F(ApiTest, HeadOfNoRouteHasASideEffect) {
    const std::string id = start_id();
    const std::string conflict = limited().member("conflictId");
    exchanges.clear();
    for (const Route& route : kRoutes) {
        if (std::string_view(route.method) != "GET") continue;
        std::string path = route.path;
        const bool about_conflict = path.find("conflicts") != std::string::npos;
        if (path.find("{id}") != std::string::npos)
            path.replace(path.find("{id}"), 4, about_conflict ? conflict : id);
        if (path == "/v1/streams" || path == "/v1/outlook") path += "?idp=a&subject=b&refresh=true";
        const Answered head = ask("HEAD", path);
        drain();
        EXPECT_TRUE(exchanges.empty()) << "CM was asked: " << path;
        EXPECT_EQ(head.status, 200) << path;
        const std::string type = head.fields.at("Content-Type");
        EXPECT_FALSE(type.empty()) << path;
        EXPECT_FALSE(head.streams) << path;
    }
}

// --- queries ---

TEST_F(ApiTest, WhatKeepsAnAnswerOutOfCachesIsPassedOver) {
    EXPECT_EQ(ask("GET", "/v1/history?_=1764220000123").status, 200);
    EXPECT_EQ(ask("HEAD", "/v1/streams?idp=a&_=1&subject=b").status, 200);
    EXPECT_EQ(ask("GET", "/v1/history?nocache=1").member("field"), "nocache");
    EXPECT_EQ(ask("POST", "/v1/logout", R"({"idp":"a","subject":"b","_":1})").member("field"), "_");
}

TEST_F(ApiTest, QueriesAreReadStrictly) {
    EXPECT_EQ(ask("GET", "/v1/streams").member("field"), "idp");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a&subject=b&x=1").member("reason"), "unknown");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a&idp=a&subject=b").member("reason"), "repeated");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a%0d%0a&subject=b").member("reason"),
              "control-character");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a%2&subject=b").member("field"), "idp");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a&subject=b&refresh=1").member("reason"),
              "not-a-boolean");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a&subject=b&refresh=").member("field"), "refresh");
    EXPECT_EQ(ask("GET", "/v1/metadata?application=sports").member("reason"), "unknown");
    EXPECT_EQ(ask("GET", "/v1/events?since=x").member("reason"), "not-a-number");
    EXPECT_EQ(ask("GET", "/v1/events?timeoutSeconds=61").member("reason"), "out-of-range");
}

TEST_F(ApiTest, RequiredMetadataIsAskedOnce) {
    const Answered waiting = ask("GET", "/v1/metadata");
    cm_lists(R"(["channel"])");
    EXPECT_EQ(later(waiting).body, R"({"required":["channel"]})");
    const Answered again = ask("GET", "/v1/metadata");
    EXPECT_EQ(later(again).body, later(waiting).body);
    EXPECT_TRUE(exchanges.empty());
}

TEST_F(ApiTest, WhoWaitsLeavesTwoConnectionsFree) {
    core_settings.max_sessions = 16;
    std::size_t waiting = 0;
    for (int i = 0; i < 8; ++i) {
        waiting += ask("GET", "/v1/streams?idp=a&subject=b").status == 0 ? 1 : 0;
    }
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a&subject=b").member("code"), "busy");
    for (int i = 0; i < 16; ++i) {
        const std::string key = i % 2 == 0 ? "one-of-two-callers" : "the-other-of-them";
        const Answered start = ask("POST", "/v1/sessions",
                                   R"({"idp":"a","subject":"b","clientKey":")" + key + R"("})");
        waiting += start.status == 0 ? 1 : 0;
        EXPECT_TRUE(start.status == 0 || start.member("code") == "busy");
    }
    EXPECT_EQ(waiting + kMaxListeners + 2, 32U);
}

TEST_F(ApiTest, StatusTellsOfTheLease) {
    (void)started();
    clock.advance(5000);
    const Answered status = ask("GET", "/v1/status");
    EXPECT_EQ(status.status, 200);
    EXPECT_EQ(status.member("uptimeSeconds"), "5");
    EXPECT_EQ(status.member("reachable"), "true");
    EXPECT_EQ(status.member("clockSet"), "true");
    EXPECT_EQ(status.member("expiresInMs"), "55000");
    EXPECT_NEAR(std::stoi(status.member("nextHeartbeatInMs")), 46'000, 1'600);
    EXPECT_EQ(status.member("meaning"), "granted");
    EXPECT_EQ(status.member("agoMs"), "5000");
}

TEST_F(ApiTest, MetricsAreLinesOfNameAndNumber) {
    CMAGENT_NEEDS(CMAGENT_METRICS);
    (void)started();
    const Answered metrics = ask("GET", "/metrics");
    EXPECT_EQ(metrics.fields.at("Content-Type"), "text/plain; version=0.0.4");
    EXPECT_TRUE(metrics.has("cmagent_sessions{state=\"active\"} 1\n"));
    EXPECT_TRUE(metrics.has("cmagent_cm_reachable 1\n"));
    EXPECT_TRUE(metrics.has("cmagent_http_answers_total{status=\"2xx\"} 1\n"));
}

TEST_F(ApiTest, MetricsShowTheCountersOfTheDaemonAsTheyAreNow) {
    CMAGENT_NEEDS(CMAGENT_METRICS);
    std::uint64_t requests = 7;
    const DaemonCounter counters[] = {{"cm_requests_total", "Requests to CM.", &requests}};
    api->facts().counters = counters;
    requests = (std::uint64_t{1} << 32) + 1;
    EXPECT_TRUE(ask("GET", "/metrics")
                    .has("# HELP cmagent_cm_requests_total Requests to CM.\n"
                         "# TYPE cmagent_cm_requests_total counter\n"
                         "cmagent_cm_requests_total 4294967297\n"));
}

TEST_F(ApiTest, HealthIsToldToAnybody) {
    EXPECT_EQ(ask("GET", "/healthz").status, 200);
}

// --- refused by the port ---

TEST_F(ApiTest, RefusalsOfThePortAreProblemsToo) {
    const std::pair<platform::HttpRefusal, int> all[] = {
        {platform::HttpRefusal::malformed, 400},     {platform::HttpRefusal::too_slow, 408},
        {platform::HttpRefusal::body_too_long, 413}, {platform::HttpRefusal::target_too_long, 414},
        {platform::HttpRefusal::head_too_long, 431}, {platform::HttpRefusal::busy, 503},
    };
    for (const auto& [why, status] : all) {
        const Answered refused = refused_by_port(why, {{"Accept-Language", "fr"}});
        EXPECT_EQ(refused.status, status);
        EXPECT_TRUE(refused.has("\"code\""));
    }
}

}  // namespace
}  // namespace cmagent::ui
