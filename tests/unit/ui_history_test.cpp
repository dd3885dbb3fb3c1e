// GET /v1/history, and what GET /metrics counts in CM's own words.

#include <string>

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

TEST_F(ApiTest, TheHistoryIsEmptyAtFirst) {
    const Answered answer = ask("GET", "/v1/history");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"entries":[],"last":0})");
}

TEST_F(ApiTest, TheHistoryTellsOfALimit) {
    core->set_clock(1'900'000'000'000, Time{clock.boot_ms()});
    (void)limited();
    EXPECT_EQ(ask("GET", "/v1/history").body,
              R"({"entries":[{"id":1,"at":"2030-03-17T17:46:40.000Z","kind":"denied",)"
              R"("policy":"demo-policy","rule":"3 streams cap","threshold":4,"listed":3,)"
              R"("attempt":1,"outcome":"open"}],"last":1})");
}

TEST_F(ApiTest, TheHistoryTellsOfAnEnd) {
    (void)started();
    pass(55'000);
    cm_refuses(cm::Meaning::terminated, 410, fixture("410-service-remote-termination"));
    pass(2'000);
    pass(2'000);
    const Answered answer = ask("GET", "/v1/history");
    EXPECT_TRUE(answer.has(R"("kind":"terminated","endReason":"remote-termination",)"
                           R"("playback":"unconfirmed"})"))
        << answer.body;
}

TEST_F(ApiTest, TheHistoryIsAskedForFromANumberOn) {
    for (int i = 0; i < 3; ++i) (void)limited();
    const auto ids = [this](const std::string& query) {
        std::string text;
        const std::string body = ask("GET", "/v1/history?" + query).body;
        for (const char* id : {"1", "2", "3"}) {
            if (body.find(std::string("{\"id\":") + id) != std::string::npos) text += id;
        }
        return text;
    };
    EXPECT_EQ(ids("since=0"), "123");
    EXPECT_EQ(ids("since=2"), "3");
    EXPECT_EQ(ids("since=3"), "");
    EXPECT_EQ(ids("since=4"), "123") << "of a history that was lost";
    EXPECT_EQ(ids("since=1000000000000000000"), "123");
    for (const char* wrong : {"since=x", "since=-1", "since=", "since=1&since=1", "from=1"}) {
        const Answered answer = ask("GET", std::string("/v1/history?") + wrong);
        EXPECT_EQ(answer.status, 422) << wrong;
    }
}

TEST_F(ApiTest, ATokenSeesTheHistoryOfItsApplications) {
    ASSERT_TRUE(core_settings.applications[1].name.assign("news"));
    core_settings.application_count = 2;
    (void)limited();
    (void)ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home","application":"news"})");
    cm_refuses(cm::Meaning::conflict, 409, "");
    EXPECT_TRUE(ask("GET", "/v1/history").has(R"("application":"news")"));
    settings.needs_token = true;
    settings.tokens = "news-only news";
    api->configure(settings);
    const Answered answer = ask("GET", "/v1/history", "", {{"Authorization", "Bearer news-only"}});
    EXPECT_TRUE(answer.has(R"({"entries":[{"id":2,)")) << answer.body;
    EXPECT_TRUE(answer.has(R"(}],"last":2})"));
}

TEST_F(ApiTest, MetricsSpeakInTheWordsOfTheService) {
    CMAGENT_NEEDS(CMAGENT_METRICS);
    (void)limited();
    (void)started();
    const std::string text = ask("GET", "/metrics").body;
    for (const char* line : {"\ncmagent_starts_total 1\n", "\ncmagent_zaps_total 0\n",
                             "\ncmagent_failed_attempts_total 1\n", "\ncmagent_dismissed_total 0\n",
                             "\ncmagent_killed_total 0\n", "\ncmagent_completed_total 0\n",
                             "\ncmagent_conflicts_total 1\n"}) {
        EXPECT_NE(text.find(line), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace cmagent::ui
