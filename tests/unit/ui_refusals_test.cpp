// What every route refuses: each row is a line of openapi.yaml (check_answers.py sees to it that
// none is forgotten).

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

struct Row {
    const char* name;
    const char* method;
    const char* path;  // SESSION and CONFLICT stand for ones that are there
    const char* body;
    Fields fields;
    int status;
};

const Fields kText = {{"Content-Type", "text/plain"}};
const Fields kStale = {{"If-Match", "\"stale\""}};

class RouteRefusals : public ApiTest, public testing::WithParamInterface<Row> {};

std::string replaced(std::string text, const std::string& word, const std::string& by) {
    const std::size_t at = text.find(word);
    return at == std::string::npos ? text : text.replace(at, word.size(), by);
}

TEST_P(RouteRefusals, AreAsDescribed) {
    const Row& row = GetParam();
    std::string path = row.path;
    if (path.find("SESSION") != std::string::npos) path = replaced(path, "SESSION", start_id());
    if (path.find("CONFLICT") != std::string::npos) {
        path = replaced(path, "CONFLICT", limited().member("conflictId"));
    }
    const Answered answer = ask(row.method, path, row.body, row.fields);
    EXPECT_EQ(answer.status, row.status) << answer.body;
}

INSTANTIATE_TEST_SUITE_P(
    All, RouteRefusals,
    testing::Values(
        Row{"StartFromAForeignHost", "POST", "/v1/sessions", "{}", {{"Host", "evil.example"}}, 421},
        Row{"ChangeAsText", "PATCH", "/v1/sessions/SESSION", "{}", kText, 415},
        Row{"EndOfAnOldVersion", "DELETE", "/v1/sessions/SESSION", "", kStale, 412},
        Row{"DecisionThatIsNoJson", "POST", "/v1/conflicts/CONFLICT", "{", {}, 400},
        Row{"DecisionAsText", "POST", "/v1/conflicts/CONFLICT", "{}", kText, 415},
        Row{"DecisionWithoutAList",
            "POST",
            "/v1/conflicts/CONFLICT",
            R"({"terminate":"c"})",
            {},
            422},
        Row{"DecisionOnNothing", "POST", "/v1/conflicts/none", R"({"terminate":["c"]})", {}, 404},
        Row{"WithdrawalOfNothing", "DELETE", "/v1/conflicts/none", "", {}, 404},
        Row{"LogoutThatIsNoJson", "POST", "/v1/logout", "{", {}, 400},
        Row{"LogoutOfHalfASubject", "POST", "/v1/logout", R"({"idp":"a"})", {}, 422}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(ApiTest, WithATokenOfAnotherApplication) {
    settings.needs_token = true;
    settings.tokens = "news-only news";
    api->configure(settings);
    const Fields bearer = {{"Authorization", "Bearer news-only"}};
    EXPECT_EQ(ask("POST", "/v1/sessions", R"({"idp":"a","subject":"b"})").status, 401);
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a&subject=b", "", bearer).status, 422);
    EXPECT_EQ(ask("GET", "/v1/outlook?idp=a&subject=b", "", bearer).status, 422);
    EXPECT_EQ(ask("GET", "/v1/metadata", "", bearer).status, 422);
}

TEST_F(ApiTest, QuestionsAndChoicesMayBeThrottled) {
    const Answered limit = limited();
    const Answered all[] = {ask("GET", "/v1/streams?idp=a&subject=b"), ask("GET", "/v1/metadata"),
                            ask("POST", "/v1/conflicts/" + limit.member("conflictId"),
                                R"({"terminate":[")" + limit.member("terminationCode") + "\"]}")};
    for (const Answered& waiting : all) {
        cm_refuses(cm::Meaning::throttled, 429);
        EXPECT_EQ(later(waiting).status, 429);
        EXPECT_EQ(later(waiting).member("code"), "throttled");
    }
    EXPECT_EQ(later(all[2]).fields.count("Retry-After"), 1U);
}

// Every kind of event, as a poll tells it.
TEST_F(ApiTest, AllThatCanHappenIsTold) {
    const std::string since = ask("GET", "/v1/events?since=0").member("id");
    const std::string path = "/v1/sessions/" + start_id();
    (void)ask("PATCH", path, R"({"paused":true})");
    (void)limited();
    pass(55'000);
    cm_refuses(cm::Meaning::unreachable, 503);
    pass(60'000);
    cm::Answer logout;
    logout.meaning = cm::Meaning::unauthorized;
    logout.status = 403;
    logout.logout = true;
    cm_says(logout);
    (void)ask("POST", path + "/stopped");
    const Answered told = ask("GET", "/v1/events?since=" + since);
    for (const char* event : {"session-started", "session-updated", "playback-stop",
                              "session-ended", "conflict", "obligation", "cm"}) {
        EXPECT_TRUE(told.has(std::string("\"event\":\"") + event + "\"")) << event << told.body;
    }
    EXPECT_TRUE(told.has(R"("data":{"reachable":false})"));
    EXPECT_TRUE(told.has(R"("action":"logout")"));
}

}  // namespace
}  // namespace cmagent::ui
