// Who may call (contract.md): hosts, origins, preflights, tokens. hazards.md 22.

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

const std::string_view kOrigins[] = {"https://app.example", "http://tv.local:8080"};
const std::string_view kHosts[] = {"box.local", "box2.local:9000"};

class GuardTest : public ApiTest {
  protected:
    GuardTest() {
        settings.allowed_origins = {kOrigins, 2};
        settings.allowed_hosts = {kHosts, 2};
        api->configure(settings);
    }
    Answered get(const Fields& fields, const std::string& path = "/v1/sessions") {
        return ask("GET", path, "", fields);
    }
};

TEST_F(GuardTest, HostMustBeLoopbackOrAllowed) {
    for (const char* host :
         {"127.0.0.1", "127.0.0.1:8790", "127.1.2.3", "localhost", "LOCALHOST:1", "[::1]",
          "[::1]:8790", "box.local", "BOX.local:1234", "box2.local:9000"}) {
        EXPECT_EQ(get({{"Host", host}}).status, 200) << host;
    }
    for (const char* host :
         {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]",
          "", "127.0.0", "1270.0.0.1", "[::1", "box2.local:9001", "box2.local", "::1", "[::1]evil",
          "127.0.0.1:evil", "localhost:80:80", "127...", "127.999.1.2", "[127.0.0.1]"}) {
        const Answered answer = get({{"Host", host}});
        EXPECT_EQ(answer.status, 421) << host;
        EXPECT_EQ(answer.member("code"), "misdirected");
    }
}

TEST_F(GuardTest, OriginMustBeTheAgentsOwnOrAllowed) {
    EXPECT_EQ(get({{"Origin", "http://127.0.0.1:8790"}}).status, 200);
    EXPECT_EQ(get({{"Host", "localhost:8790"}, {"Origin", "http://localhost:8790"}}).status, 200);
    for (const char* origin : {"null", "https://evil.example", "http://127.0.0.1:8791",
                               "https://127.0.0.1:8790", "https://app.example.evil", ""}) {
        const Answered answer = get({{"Origin", origin}});
        EXPECT_EQ(answer.status, 403) << origin;
        EXPECT_EQ(answer.member("code"), "origin-not-allowed");
        EXPECT_EQ(answer.fields.count("Access-Control-Allow-Origin"), 0U);
    }
}

// A page that is a file of the box, or a part of the app: the integrator has let it in, together with
// tokens.
TEST_F(GuardTest, Hazard40APackagedPageIsLetInWithItsToken) {
    constexpr std::string_view kPackaged[] = {"null", "file://"};
    settings.allowed_origins = {kPackaged, 2};
    settings.needs_token = true;
    settings.tokens = "a-token-of-the-ui";
    api->configure(settings);
    const std::pair<std::string, std::string> token = {"Authorization", "Bearer a-token-of-the-ui"};
    for (const char* origin : {"null", "file://"}) {
        const Answered answer = get({{"Origin", origin},
                                     {"Sec-Fetch-Site", "cross-site"},
                                     {"Sec-Fetch-Mode", "cors"},
                                     token});
        EXPECT_EQ(answer.status, 200) << origin;
        EXPECT_EQ(answer.fields.at("Access-Control-Allow-Origin"), origin);
        EXPECT_EQ(answer.fields.count("Access-Control-Allow-Credentials"), 0U);
        const Answered asked =
            ask("OPTIONS", "/v1/sessions", "",
                {{"Origin", origin},
                 {"Access-Control-Request-Method", "POST"},
                 {"Access-Control-Request-Headers", "authorization,content-type"}});
        EXPECT_EQ(asked.status, 204) << "a preflight has no token";
        EXPECT_EQ(asked.fields.at("Access-Control-Allow-Origin"), origin);

        const Answered refused = get({{"Origin", origin}});
        EXPECT_EQ(refused.status, 401) << "any sandboxed frame is null, too";
        EXPECT_EQ(refused.fields.at("Access-Control-Allow-Origin"), origin) << "it reads why";
    }
    EXPECT_EQ(
        ask("GET", "/v1/events?access_token=a-token-of-the-ui", "", {{"Origin", "null"}}).status,
        200);
    EXPECT_EQ(get({{"Origin", "file:///opt/ui"}, token}).status, 403);
    EXPECT_EQ(get({{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}, token}).status,
              403)
        << "what it embeds has no Origin, and may be a stranger's";
}

TEST_F(GuardTest, AnAllowedOriginGetsCors) {
    const Answered answer = get({{"Origin", "https://app.example"}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.fields.at("Access-Control-Allow-Origin"), "https://app.example");
    EXPECT_NE(answer.fields.at("Vary").find("Origin"), std::string::npos);
    const Answered refused = get({{"Origin", "https://app.example"}}, "/v1/none");
    EXPECT_EQ(refused.fields.at("Access-Control-Allow-Origin"), "https://app.example")
        << "a page must be able to read why";
    const Answered plain = ask("POST", "/v1/logout", "idp=a",
                               {{"Origin", "https://app.example"}, {"Content-Type", "text/plain"}});
    EXPECT_EQ(plain.status, 415);
    EXPECT_EQ(plain.fields.at("Access-Control-Allow-Origin"), "https://app.example");
}

TEST_F(GuardTest, CorsComesWithAnAnswerThatWaited) {
    const Answered waiting = ask("POST", "/v1/sessions", R"({"idp":"a","subject":"b"})",
                                 {{"Origin", "https://app.example"}});
    cm_grants();
    EXPECT_EQ(later(waiting).fields.at("Access-Control-Allow-Origin"), "https://app.example");
}

TEST_F(GuardTest, PreflightsAreAnswered) {
    const Fields asks = {{"Origin", "https://app.example"},
                         {"Access-Control-Request-Method", "PATCH"},
                         {"Access-Control-Request-Private-Network", "true"}};
    const Answered answer = ask("OPTIONS", "/v1/sessions/x", "", asks);
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.fields.at("Access-Control-Allow-Methods"),
              "GET, HEAD, PATCH, DELETE, OPTIONS");
    EXPECT_EQ(answer.fields.at("Access-Control-Allow-Private-Network"), "true");
    EXPECT_NE(answer.fields.at("Access-Control-Allow-Headers").find("Idempotency-Key"),
              std::string::npos);

    const Answered refused =
        ask("OPTIONS", "/v1/sessions", "",
            {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "POST"}});
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.fields.count("Access-Control-Allow-Private-Network"), 0U);
}

TEST_F(GuardTest, WhatAForeignPageEmbedsIsRefusedWithoutAnOrigin) {
    const auto fetched = [this](const char* site, const char* mode, const char* place) {
        Fields fields = {{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", mode}};
        if (place != nullptr) fields.emplace_back("Sec-Fetch-Dest", place);
        return get(fields).status;
    };
    for (const char* foreign : {"cross-site", "same-site"}) {
        EXPECT_EQ(fetched(foreign, "no-cors", "image"), 403);
        EXPECT_EQ(fetched(foreign, "no-cors", nullptr), 403);
        EXPECT_EQ(fetched(foreign, "navigate", "iframe"), 403);
        EXPECT_EQ(fetched(foreign, "navigate", "document"), 200) << "a link";
        EXPECT_EQ(fetched(foreign, "navigate", nullptr), 200) << "a link, in an older browser";
    }
    EXPECT_EQ(fetched("none", "navigate", "document"), 200);
    EXPECT_EQ(fetched("same-origin", "cors", "empty"), 200);
    EXPECT_EQ(fetched("same-origin", "no-cors", "image"), 200);
}

TEST_F(GuardTest, ACrossOriginFormIsRefused) {
    EXPECT_EQ(ask("POST", "/v1/logout", "idp=a", {{"Content-Type", "text/plain"}}).status, 415);
    EXPECT_EQ(
        ask("POST", "/v1/logout", R"({"idp":"a","subject":"b"})", {{"Origin", "null"}}).status,
        403);
}

class TokenTest : public ApiTest {
  protected:
    TokenTest() {
        settings.needs_token = true;
        settings.tokens =
            "# who may call\r\n"
            "all-of-them\n"
            "  news-only news  \n"
            "nothing unknown-app\n";
        api->configure(settings);
    }
    static Fields bearing(const std::string& token) {
        return {{"Authorization", "Bearer " + token}};
    }
};

TEST_F(TokenTest, EveryCallButHealthNeedsOne) {
    EXPECT_EQ(ask("GET", "/healthz").status, 200);
    const Answered refused = ask("GET", "/v1/sessions");
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.fields.at("WWW-Authenticate"), "Bearer realm=\"cmagent\"");
    for (const char* token : {"", "wrong", "#", "all-of-the", "all-of-them2", "news"}) {
        EXPECT_EQ(ask("GET", "/v1/sessions", "", bearing(token)).status, 401) << token;
    }
    EXPECT_EQ(ask("GET", "/v1/sessions", "", bearing("all-of-them")).status, 200);
    EXPECT_EQ(ask("GET", "/v1/sessions", "", {{"Authorization", "Basic all-of-them"}}).status, 401);
}

TEST_F(TokenTest, OnlyEventsTakeItFromTheQuery) {
    EXPECT_EQ(ask("GET", "/v1/events?access_token=all-of-them").status, 200);
    EXPECT_EQ(ask("GET", "/v1/events?access_token=wrong").status, 401);
    EXPECT_EQ(ask("GET", "/v1/sessions?access_token=all-of-them").status, 401);
}

TEST_F(TokenTest, ATokenOfOneApplicationSeesOnlyThat) {
    const auto start = [&](const char* body, const char* token) {
        const Answered waiting = ask("POST", "/v1/sessions", body, bearing(token));
        if (waiting.status != 0) return waiting;
        cm_grants();
        return later(waiting);
    };
    const Answered other = start(R"({"idp":"a","subject":"b"})", "all-of-them");
    const Answered own = start(R"({"idp":"a","subject":"b","application":"news"})", "news-only");
    EXPECT_EQ(own.status, 201);
    EXPECT_EQ(start(R"({"idp":"a","subject":"b"})", "news-only").status, 422);

    const std::string id = other.member("id");
    for (const char* method : {"GET", "DELETE"}) {
        EXPECT_EQ(ask(method, "/v1/sessions/" + id, "", bearing("news-only")).status, 404);
    }
    const Answered list = ask("GET", "/v1/sessions", "", bearing("news-only"));
    EXPECT_TRUE(list.has(own.member("id")));
    EXPECT_FALSE(list.has(id));
    EXPECT_EQ(ask("GET", "/v1/sessions", "", bearing("nothing")).body, R"({"sessions":[]})");

    const Answered zap = start(
        (R"({"idp":"a","subject":"b","application":"news","replaces":")" + id + "\"}").c_str(),
        "news-only");
    EXPECT_EQ(zap.status, 201);
    EXPECT_EQ(ask("GET", "/v1/sessions/" + id, "", bearing("all-of-them")).member("state"),
              "active")
        << "another app's session cannot be replaced";

    const Answered events = ask("GET", "/v1/events?since=0", "", bearing("news-only"));
    EXPECT_FALSE(events.has(id));
}

TEST_F(TokenTest, ALogoutEndsOnlyWhatTheTokenSees) {
    const auto start = [&](const std::string& application) {
        const Answered waiting =
            ask("POST", "/v1/sessions", R"({"idp":"a","subject":"b")" + application + "}",
                bearing("all-of-them"));
        cm_grants();
        return "/v1/sessions/" + later(waiting).member("id");
    };
    const auto end_reason = [&](const std::string& path) {
        return ask("GET", path, "", bearing("all-of-them")).member("endReason");
    };
    const std::string other = start("");
    const std::string own = start(R"(,"application":"news")");
    const auto log_out = [&](const char* token) {
        return ask("POST", "/v1/logout", R"({"idp":"a","subject":"b"})", bearing(token)).status;
    };
    EXPECT_EQ(log_out("news-only"), 204);
    EXPECT_EQ(end_reason(own), "logout");
    EXPECT_EQ(end_reason(other), "");
    EXPECT_EQ(log_out("all-of-them"), 204);
    EXPECT_EQ(end_reason(other), "logout");
}

}  // namespace
}  // namespace cmagent::ui
