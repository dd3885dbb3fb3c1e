// What is compiled in: the page, and openapi.yaml, which says the same as the code that serves it:
// routes, codes, events, words.

#include <algorithm>
#include <set>
#include <string>

#include "agent/base/names.h"
#include "agent/json/read.h"
#include "agent/ui/resources.h"
#include "agent/ui/routes.h"
#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

class Description : public testing::Test {
  protected:
    Description()
        : parsed_(json::parse(openapi_json(), json::Tokens(tokens_.data(), tokens_.size()))) {
        EXPECT_TRUE(parsed_) << json::describe(parsed_.error);
    }

    // The strings of components/schemas/NAME/enum.
    std::set<std::string> words(const char* name) const {
        const json::Item schemas =
            json::GetObjectItem(json::GetObjectItem(parsed_.root, "components"), "schemas");
        std::set<std::string> result;
        for (const json::Item word :
             json::ArrayForEach(json::GetObjectItem(json::GetObjectItem(schemas, name), "enum"))) {
            result.emplace(word.raw());
        }
        return result;
    }
    json::Item paths() const { return json::GetObjectItem(parsed_.root, "paths"); }

  private:
    std::vector<json::Token> tokens_ = std::vector<json::Token>(json::kMaxTokens);
    json::Parsed parsed_;
};

TEST_F(Description, HasEveryRouteAndNoOther) {
    std::set<std::string> described;
    for (const json::Item path : json::ArrayForEach(paths())) {
        std::string methods;
        for (const json::Item operation : json::ArrayForEach(path)) {
            std::string method(operation.name().raw());
            if (method == "parameters") continue;
            std::transform(method.begin(), method.end(), method.begin(), ::toupper);
            described.insert(method + " " + std::string(path.name().raw()));
        }
    }
    std::set<std::string> served;
    for (const Route& route : kRoutes) {
        served.insert(std::string(route.method) + " " + std::string(route.path));
    }
    EXPECT_EQ(described, served);
}

TEST_F(Description, HasEveryCodeAndNoOther) {
    std::set<std::string> codes;
    for (std::size_t i = 0; i < std::size(kProblems); ++i) {
        codes.emplace(row(static_cast<Problem>(i)).code);
    }
    EXPECT_EQ(words("Code"), codes);
}

TEST_F(Description, HasTheWordsOfTheCore) {
    std::set<std::string> reasons;
    for (std::uint8_t i = 1; i < kCountOf<core::EndReason>; ++i) {
        reasons.emplace(core::name(static_cast<core::EndReason>(i)));
    }
    EXPECT_EQ(words("EndReason"), reasons);
    std::set<std::string> states;
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(core::State::ended); ++i) {
        states.emplace(core::name(static_cast<core::State>(i)));
    }
    EXPECT_EQ(words("State"), states);
    std::set<std::string> playbacks;
    for (const core::Playback playback : {core::Playback::stopped, core::Playback::forced,
                                          core::Playback::unconfirmed, core::Playback::untouched}) {
        playbacks.emplace(core::name(playback));
    }
    EXPECT_EQ(words("Playback"), playbacks);
    std::set<std::string> kinds;
    for (std::uint8_t i = 0; i < kCountOf<core::History::Kind>; ++i) {
        kinds.emplace(core::name(static_cast<core::History::Kind>(i)));
    }
    EXPECT_EQ(words("HistoryKind"), kinds);
    std::set<std::string> outcomes;
    for (std::uint8_t i = 1; i < kCountOf<core::Outcome>; ++i) {
        outcomes.emplace(core::name(static_cast<core::Outcome>(i)));
    }
    EXPECT_EQ(words("Outcome"), outcomes);
}

TEST_F(ApiTest, TheDescriptionIsServed) {
    const Answered answer = ask("GET", "/v1/openapi.json");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.fields.at("Content-Type"), "application/json");
    EXPECT_EQ(answer.body, openapi_json());
}

TEST_F(ApiTest, ThePageIsServed) {
    const Answered page = ask("GET", "/");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.fields.at("Content-Type").substr(0, 9), "text/html");
    EXPECT_EQ(page.body, page_html());
}

TEST_F(ApiTest, TheClientIsServedFromThePagesOwnBytes) {
    const Answered client = ask("GET", "/cmagent.js");
    EXPECT_EQ(client.status, 200);
    EXPECT_EQ(client.fields.at("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(client.body, client_script());
    EXPECT_NE(client.body.find("connect: connect"), std::string::npos);
    const std::string_view page = page_html();
    EXPECT_GE(client_script().data(), page.data());
    EXPECT_LE(client_script().data() + client_script().size(), page.data() + page.size());
    EXPECT_EQ(ask("HEAD", "/cmagent.js").status, 200);
    EXPECT_EQ(ask("POST", "/cmagent.js").status, 405);
}

TEST_F(ApiTest, TheClientIsKeptAndAskedAfter) {
    const Answered client = ask("GET", "/cmagent.js");
    EXPECT_EQ(client.fields.at("Cache-Control"), "no-cache");
    const std::string tag = client.fields.at("ETag");
    const Answered same = ask("GET", "/cmagent.js", "", {{"If-None-Match", "\"other\", W/" + tag}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.body, "");
    EXPECT_EQ(same.fields.at("ETag"), tag);
    EXPECT_EQ(same.fields.at("Cache-Control"), "no-cache");
    EXPECT_EQ(ask("GET", "/cmagent.js", "", {{"If-None-Match", "\"other\""}}).status, 200);
    // What follows on the same connection is kept by nobody.
    EXPECT_EQ(ask("GET", "/v1/sessions").fields.at("Cache-Control"), "no-store");
}

TEST_F(ApiTest, TheClientIsForAnyOriginWithoutAToken) {
    settings.needs_token = true;
    settings.tokens = "secret\n";
    api->configure(settings);
    const Fields ways[] = {
        {},
        {{"Origin", "https://app.example"}},
        {{"Origin", "null"}},
        {{"Sec-Fetch-Site", "cross-site"},
         {"Sec-Fetch-Mode", "no-cors"},
         {"Sec-Fetch-Dest", "script"}},
    };
    for (const Fields& fields : ways) {
        const Answered client = ask("GET", "/cmagent.js", "", fields);
        EXPECT_EQ(client.status, 200);
        EXPECT_EQ(client.fields.at("Access-Control-Allow-Origin"), "*");
        EXPECT_EQ(client.fields.at("Cross-Origin-Resource-Policy"), "cross-origin");
    }
    const Answered preflight = ask("OPTIONS", "/cmagent.js", "",
                                   {{"Origin", "https://app.example"},
                                    {"Access-Control-Request-Method", "GET"},
                                    {"Access-Control-Request-Private-Network", "true"}});
    EXPECT_EQ(preflight.status, 204);
    EXPECT_EQ(preflight.fields.at("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(preflight.fields.at("Access-Control-Allow-Private-Network"), "true");
    // A name that is rebound is no name of ours, and all else is as it was.
    EXPECT_EQ(ask("GET", "/cmagent.js", "", {{"Host", "evil.example"}}).status, 421);
    EXPECT_EQ(ask("GET", "/", "", ways[1]).status, 403);
    EXPECT_EQ(ask("GET", "/cmagent.json").status, 401);
}

}  // namespace
}  // namespace cmagent::ui
