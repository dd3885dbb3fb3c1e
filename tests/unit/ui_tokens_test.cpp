// contract.md, "Tokens", "Wrong tokens": the lines of the file, what a token is for, tokens that are
// gone, and guesses.

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

const std::string kAll = "all-of-them-0123456789abcdef";
const std::string kNews = "news-only-0123456789abcdefgh";
const std::string kOther = "another-one-0123456789abcdef";

Fields bearing(const std::string& token) {
    return {{"Authorization", "Bearer " + token}};
}

class TokensTest : public ApiTest {
  protected:
    void read(const std::string& file) {
        settings.needs_token = true;
        settings.tokens = file;
        api->configure(settings);
        settings.tokens = {};
        drain();
    }
    using ApiTest::read;
    Answered start(const std::string& token, const std::string& more = "") {
        const Answered waiting =
            ask("POST", "/v1/sessions", R"({"idp":"a","subject":"b")" + more + "}", bearing(token));
        if (waiting.status != 0) return waiting;
        cm_grants();
        return later(waiting);
    }
    std::string refusal(const Answered& answer) {
        return std::to_string(answer.status) + " " + answer.member("field") + " " +
               answer.member("reason");
    }
};

TEST_F(TokensTest, ALineNamesApplicationsAndPlayers) {
    struct {
        const char* names;
        const char* plain;    // a start that names nothing
        const char* news;     // of the application "news"
        const char* bedroom;  // on the player "bedroom"
    } const rows[] = {
        {"", "201  ", "201  ", "201  "},
        {" # of the launcher: news", "201  ", "201  ", "201  "},
        {" \r", "201  ", "201  ", "201  "},
        {" news", "422 application missing", "201  ", "422 application missing"},
        {"  default  news\r", "201  ", "201  ", "201  "},
        {" default", "201  ", "422 application unknown", "201  "},
        {" elsewhere", "422 application missing", "422 application unknown",
         "422 application missing"},
        {" player:default", "201  ", "201  ", "422 player unknown"},
        {" player:bedroom", "422 player missing", "422 player missing", "201  "},
        {" player:bedroom player:default", "201  ", "201  ", "201  "},
        {" player:elsewhere", "422 player missing", "422 player missing", "422 player unknown"},
        {" player:", "422 player missing", "422 player missing", "422 player unknown"},
        {" player:bedroom news", "422 application missing", "422 player missing",
         "422 application missing"},
    };
    for (const auto& row : rows) {
        read("# a remark\n\n" + kAll + row.names + "\n");
        const auto end_all = [this] {
            (void)ask("POST", "/v1/logout", R"({"idp":"a","subject":"b"})", bearing(kAll));
            pass(5'000);
            while (!exchanges.empty()) cm_grants();
        };
        EXPECT_EQ(refusal(start(kAll)), row.plain) << row.names;
        end_all();
        EXPECT_EQ(refusal(start(kAll, R"(,"application":"news")")), row.news) << row.names;
        end_all();
        EXPECT_EQ(refusal(start(kAll, R"(,"player":"bedroom")")), row.bedroom) << row.names;
        end_all();
    }
}

TEST_F(TokensTest, AreAllThereHoweverManyTheyAre) {
    std::string file;
    for (int i = 1000; i < 1700; ++i) file += "token-number-" + std::to_string(i) + "-abcd\n";
    ASSERT_LE(file.size(), 16'384u);
    read(file);
    for (const char* number : {"1000", "1350", "1699"}) {
        const std::string token = std::string("token-number-") + number + "-abcd";
        EXPECT_EQ(ask("GET", "/v1/sessions", "", bearing(token)).status, 200);
    }
    std::string longer;
    for (int i = 0; i < 2'000; ++i) longer += "x\n";
    read(longer + kAll);
    EXPECT_EQ(ask("GET", "/v1/sessions", "", bearing(kAll)).status, 401) << "beyond what fits";
}

TEST_F(TokensTest, AChoiceOnAPlayerThatTheTokenMayNotUseIsRefused) {
    read(kAll + "\n" + kOther + " player:default\n");
    const Answered waiting = ask("POST", "/v1/sessions",
                                 R"({"idp":"a","subject":"b","player":"bedroom"})", bearing(kAll));
    cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-streams"));
    const std::string path = "/v1/conflicts/" + later(waiting).member("conflictId");
    EXPECT_EQ(ask("GET", path, "", bearing(kOther)).status, 200);
    const Answered refused = ask("POST", path, "{}", bearing(kOther));
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.member("code"), "not-allowed");
    EXPECT_EQ(ask("POST", path, "{}", bearing(kAll)).status, 0);
}

// --- where a token stands ---

TEST_F(TokensTest, AConfirmationTakesItFromTheQuery) {
    read(kAll + "\n");
    const std::string path = "/v1/sessions/" + start(kAll).member("id");
    EXPECT_EQ(ask("POST", path + "/stopped?access_token=" + kOther).status, 401);
    EXPECT_EQ(ask("DELETE", path + "?access_token=" + kAll).status, 401);
    EXPECT_EQ(ask("GET", "/stopped?access_token=" + kAll).status, 401);
    EXPECT_EQ(ask("POST", path + "/stopped?access_token=" + kAll).status, 204);
    EXPECT_EQ(ask("GET", path, "", bearing(kAll)).member("endReason"), "user");
}

TEST_F(TokensTest, ARefusalSaysHowToCall) {
    read(kAll + "\n");
    const Answered none = ask("GET", "/v1/sessions");
    EXPECT_EQ(none.fields.at("WWW-Authenticate"), "Bearer realm=\"cmagent\"");
    EXPECT_EQ(none.member("reason"), "");
    const Answered wrong = ask("GET", "/v1/sessions", "", bearing(kOther));
    EXPECT_EQ(wrong.fields.at("WWW-Authenticate"),
              "Bearer realm=\"cmagent\", error=\"invalid_token\"");
    EXPECT_EQ(wrong.member("code"), "token-missing");
    EXPECT_EQ(wrong.member("reason"), "unknown-token");
}

// --- guesses ---

class GuessTest : public TokensTest {
  protected:
    GuessTest() { read(kAll + "\n"); }
    Answered guess() { return ask("GET", "/v1/sessions", "", bearing(kOther)); }
    Time now() { return {clock.boot_ms()}; }
};

TEST_F(GuessTest, MoreThanFiveInAMinuteWaitForASecond) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(guess().status, 401);
    const Answered slow = guess();
    EXPECT_EQ(slow.status, 0);
    EXPECT_LE(api->next_deadline().ms, now().ms + 1'000);
    EXPECT_EQ(ask("GET", "/v1/sessions", "", bearing(kAll)).status, 200) << "a right one is served";
    EXPECT_EQ(ask("GET", "/v1/sessions").status, 401) << "none at all is no guess";
    pass(999);
    EXPECT_EQ(later(slow).status, 0);
    pass(1);
    EXPECT_EQ(later(slow).status, 401);
    EXPECT_EQ(later(slow).member("reason"), "unknown-token");
    EXPECT_EQ(later(slow).fields.count("WWW-Authenticate"), 1U);
}

TEST_F(GuessTest, FourWaitAtATime) {
    for (int i = 0; i < 5; ++i) (void)guess();
    const Answered waiting[] = {guess(), guess(), guess(), guess()};
    const Answered refused = guess();
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.member("code"), "too-many-requests");
    EXPECT_EQ(refused.fields.at("Retry-After"), "1");
    leave(waiting[0]);
    const Answered another = guess();
    EXPECT_EQ(another.status, 0);
    pass(1'000);
    for (const Answered& one : {waiting[1], waiting[2], waiting[3], another})
        EXPECT_EQ(later(one).status, 401);
    EXPECT_EQ(guess().status, 0) << "still within the minute";
}

TEST_F(GuessTest, AMinuteLaterTheyAreFewAgain) {
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(guess().status, 401);
        pass(15'000);
    }
    EXPECT_EQ(guess().status, 401) << "the fifth before it is older than a minute";
    EXPECT_EQ(guess().status, 401);
    EXPECT_EQ(guess().status, 0);
}

TEST_F(GuessTest, AreToldOnceAMinuteByTheirNumber) {
    EXPECT_EQ(api->take_wrong_tokens(now()), 0u);
    for (int i = 0; i < 12; ++i) (void)guess();
    EXPECT_EQ(api->take_wrong_tokens(now()), 0u);
    pass(59'999);
    EXPECT_EQ(api->take_wrong_tokens(now()), 0u);
    EXPECT_LE(api->next_deadline().ms, now().ms + 1);
    pass(1);
    EXPECT_EQ(api->take_wrong_tokens(now()), 12u);
    EXPECT_EQ(api->take_wrong_tokens(now()), 0u);
    (void)guess();
    pass(60'000);
    EXPECT_EQ(api->take_wrong_tokens(now()), 1u);
    CMAGENT_NEEDS(CMAGENT_METRICS);
    EXPECT_TRUE(ask("GET", "/metrics", "", bearing(kAll)).has("cmagent_wrong_tokens_total 13\n"));
}

// --- tokens that are gone ---

class RevokedTest : public TokensTest {
  protected:
    RevokedTest() { read(kAll + "\n" + kNews + " news\n"); }
    const std::string of_news = R"(,"application":"news")";
};

TEST_F(RevokedTest, ItsSessionsEnd) {
    const std::string news = "/v1/sessions/" + start(kNews, of_news).member("id");
    const std::string other = "/v1/sessions/" + start(kAll).member("id");
    const Answered hears = ask("GET", "/v1/events", "", bearing(kAll));
    read(kAll + "\n");
    const Answered ended = ask("GET", news, "", bearing(kAll));
    EXPECT_EQ(ended.member("endReason"), "revoked");
    EXPECT_NE(ended.member("message"), "");
    EXPECT_NE(read(hears).find("event: playback-stop"), std::string::npos);
    EXPECT_EQ(ask("GET", other, "", bearing(kAll)).member("state"), "active");
}

TEST_F(RevokedTest, ItsStreamsAndPollsAreClosed) {
    const Answered stream = ask("GET", "/v1/events", "", bearing(kNews));
    const Answered poll = ask("GET", "/v1/events?timeoutSeconds=30", "", bearing(kNews));
    const Answered stays = ask("GET", "/v1/events", "", bearing(kAll));
    (void)read(stream);
    (void)read(stays);
    read(kAll + "\n");
    EXPECT_EQ(later(poll).status, 401);
    (void)read(stream);
    EXPECT_EQ(ask("GET", "/v1/status", "", bearing(kAll)).member("listeners"), "1");
    const std::string id = start(kAll).member("id");
    EXPECT_EQ(read(stream), "");
    EXPECT_NE(read(stays).find(id), std::string::npos);
    // The place is free for another one, who is not closed.
    const Answered next = ask("GET", "/v1/events", "", bearing(kAll));
    EXPECT_EQ(read(next), "retry: 2000\n\n");
    EXPECT_EQ(ask("GET", "/v1/status", "", bearing(kAll)).member("listeners"), "2");
}

TEST_F(RevokedTest, WhatItWaitsForIsRefused) {
    const Answered waiting =
        ask("POST", "/v1/sessions", R"({"idp":"a","subject":"b","application":"news"})",
            bearing(kNews));
    const Answered question =
        ask("GET", "/v1/streams?idp=a&subject=b&application=news", "", bearing(kNews));
    read(kAll + "\n");
    EXPECT_EQ(later(waiting).status, 401);
    EXPECT_EQ(later(question).status, 401);
    EXPECT_EQ(ask("GET", "/v1/sessions", "", bearing(kAll)).body, R"({"sessions":[]})");
    cm_grants();
    EXPECT_EQ(exchanges.size(), 2u) << "the look, and the end of the session that nobody wants";
}

TEST_F(RevokedTest, ItsConflictsAreOver) {
    const Answered waiting =
        ask("POST", "/v1/sessions", R"({"idp":"a","subject":"b","application":"news"})",
            bearing(kNews));
    cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-streams"));
    const std::string path = "/v1/conflicts/" + later(waiting).member("conflictId");
    read(kAll + "\n" + kNews + " news\n");
    EXPECT_EQ(ask("GET", path, "", bearing(kAll)).status, 200);
    read(kAll + "\n");
    EXPECT_EQ(ask("GET", path, "", bearing(kAll)).member("code"), "conflict-over");
}

TEST_F(RevokedTest, ATokenWithLessIsRevokedForTheRest) {
    const std::string plain = "/v1/sessions/" + start(kAll).member("id");
    const std::string news = "/v1/sessions/" + start(kAll, of_news).member("id");
    const Answered stream = ask("GET", "/v1/events", "", bearing(kAll));
    (void)read(stream);
    read(kAll + " news\n" + kOther + "\n");
    EXPECT_EQ(ask("GET", plain, "", bearing(kOther)).member("endReason"), "revoked");
    EXPECT_EQ(ask("GET", news, "", bearing(kOther)).member("state"), "active");
    EXPECT_EQ(read(stream), "") << "of the default application he hears no more";
    read(kAll + " player:bedroom\n" + kOther + "\n");
    EXPECT_EQ(ask("GET", news, "", bearing(kOther)).member("endReason"), "revoked");
}

TEST_F(RevokedTest, WhoHasComeWithoutOneIsTurnedAwayWhereOneIsNeeded) {
    settings.needs_token = false;
    api->configure(settings);
    const std::string path = "/v1/sessions/" + start_id();
    const Answered poll = ask("GET", "/v1/events?timeoutSeconds=30");
    read(kAll + "\n");
    EXPECT_EQ(later(poll).status, 401);
    EXPECT_EQ(ask("GET", path, "", bearing(kAll)).member("state"), "active");
}

TEST_F(RevokedTest, WhereNoneIsNeededNobodyIsTurnedAway) {
    const std::string path = "/v1/sessions/" + start(kNews, of_news).member("id");
    const Answered poll = ask("GET", "/v1/events?timeoutSeconds=30", "", bearing(kNews));
    settings.needs_token = false;
    settings.tokens = {};
    api->configure(settings);
    drain();
    EXPECT_EQ(later(poll).status, 0);
    EXPECT_EQ(ask("GET", path).member("state"), "active");
}

// --- Idempotency-Key ---

TEST_F(RevokedTest, AnIdempotencyKeyBelongsToItsToken) {
    const auto repeat = [this](const std::string& token) {
        Fields fields = bearing(token);
        fields.emplace_back("Idempotency-Key", "one");
        const Answered answer = ask("POST", "/v1/sessions",
                                    R"({"idp":"a","subject":"b","application":"news"})", fields);
        if (answer.status != 0) return answer.member("id");
        cm_grants();
        return later(answer).member("id");
    };
    const std::string first = repeat(kNews);
    EXPECT_EQ(repeat(kNews), first);
    const std::string other = repeat(kAll);
    EXPECT_NE(other, first) << "the launcher's own";
    EXPECT_EQ(repeat(kAll), other);
    EXPECT_EQ(repeat(kNews), first);
}

}  // namespace
}  // namespace cmagent::ui
