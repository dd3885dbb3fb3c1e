// A conflict in the words of the local API: contract.md, "Conflict".

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

const char* const kCode = R"({"terminate":["51fd351f"]})";

struct ConflictTest : ApiTest {
    std::string path_of(const Answered& refused) {
        return "/v1/conflicts/" + refused.member("conflictId");
    }
    // CM's 409 to what it was asked last.
    void cm_limits(const std::string& name = "409-service-streams") {
        body_ = fixture(name);
        cm_refuses(cm::Meaning::conflict, 409, body_);
    }

  private:
    std::string body_;  // of the answer that is read
};

TEST_F(ConflictTest, SaysWhenItWasHeardAndWhenItExpires) {
    const Answered refused = limited();
    EXPECT_EQ(refused.member("at"), "2030-03-17T17:46:40.000Z");
    EXPECT_EQ(refused.member("expiresAt"), "2030-03-17T17:56:40.000Z");
    EXPECT_EQ(refused.member("attempt"), "1");
    EXPECT_TRUE(refused.has(R"("failed":[])"));
    EXPECT_FALSE(refused.has(R"("sessionId":"76378b50-4eb0-43b4-b144-51cb62d85563","violations")"));
    EXPECT_EQ(refused.fields.count("ETag"), 1U);
    EXPECT_EQ(ask("GET", path_of(refused)).fields.at("ETag"), refused.fields.at("ETag"));
}

TEST_F(ConflictTest, TimesAreLeftOutWhereTheBoxHasNoClock) {
    core->set_clock(0, {clock.boot_ms()});
    const Answered refused = limited();
    EXPECT_FALSE(refused.has("\"at\""));
    EXPECT_FALSE(refused.has("expiresAt"));
}

TEST_F(ConflictTest, SecondLimitIsTheSameConflictWithTheCodeThatFailed) {
    const Answered first = limited();
    const Answered waiting = ask("POST", path_of(first), kCode);
    cm_limits("409-service-one-conflict");
    const Answered second = later(waiting);
    EXPECT_EQ(second.status, 409);
    EXPECT_EQ(second.member("conflictId"), first.member("conflictId"));
    EXPECT_EQ(second.member("attempt"), "2");
    EXPECT_TRUE(second.has(R"("failed":["51fd351f"])"));
    EXPECT_NE(second.fields.at("ETag"), first.fields.at("ETag"));
    EXPECT_EQ(ask("GET", path_of(first)).body, second.body);
}

TEST_F(ConflictTest, CodeThatIsNotOfferedAnyMoreIsToldWithThePresentTag) {
    const Answered refused = limited();
    const Answered wrong = ask("POST", path_of(refused), R"({"terminate":["not-there"]})");
    EXPECT_EQ(wrong.status, 422);
    EXPECT_EQ(wrong.member("code"), "code-not-offered");
    EXPECT_EQ(wrong.member("detail"), "The list is out of date. Please choose again.");
    EXPECT_EQ(wrong.fields.at("ETag"), refused.fields.at("ETag"));
}

TEST_F(ConflictTest, ThatIsOverHasNoTag) {
    const Answered refused = limited();
    EXPECT_EQ(ask("DELETE", path_of(refused)).status, 204);
    for (const char* body : {kCode, R"({"wait":{"seconds":5}})"}) {
        const Answered over = ask("POST", path_of(refused), body);
        EXPECT_EQ(over.status, 410);
        EXPECT_EQ(over.fields.count("ETag"), 0U);
    }
}

TEST_F(ConflictTest, ThatTheClientHasIsNotSentAgain) {
    const Answered refused = limited();
    const std::string tag = refused.fields.at("ETag");
    const Answered same = ask("GET", path_of(refused), "", {{"If-None-Match", tag}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.fields.at("ETag"), tag);
    EXPECT_EQ(ask("GET", path_of(refused), "", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(ConflictTest, ChoiceOutOfAnOldListIsRefusedWithThePresentTag) {
    const Answered first = limited();
    const std::string old = first.fields.at("ETag");
    const Answered waiting = ask("POST", path_of(first), kCode, {{"If-Match", old}});
    EXPECT_EQ(waiting.status, 0);
    cm_limits();
    const Answered stale = ask("POST", path_of(first), kCode, {{"If-Match", old}});
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(stale.fields.at("ETag"), later(waiting).fields.at("ETag"));
    EXPECT_EQ(ask("POST", "/v1/conflicts/none", kCode, {{"If-Match", old}}).status, 404);
}

TEST_F(ConflictTest, TagChangesWithWhatPlaysHere) {
    const std::string id = start_id();
    const Answered waiting = ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})");
    const std::string body = R"({"associatedAdvice":[{"type":"rule-violation","conflicts":)"
                             R"({"cm-1":[{"terminationCode":"own"}]}}]})";
    cm_refuses(cm::Meaning::conflict, 409, body);
    const std::string tag = later(waiting).fields.at("ETag");
    EXPECT_TRUE(later(waiting).has("\"here\":\"" + id));
    (void)ask("POST", "/v1/sessions/" + id + "/stopped");
    const Answered shown = ask("GET", path_of(later(waiting)));
    EXPECT_FALSE(shown.has("\"here\""));
    EXPECT_NE(shown.fields.at("ETag"), tag);
}

TEST_F(ConflictTest, SameStartIsTriedAgainWithoutCodes) {
    for (const char* body : {"{}", R"({"terminate":[]})"}) {
        const Answered waiting = ask("POST", path_of(limited()), body);
        EXPECT_EQ(waiting.status, 0);
        cm_grants();
        EXPECT_EQ(later(waiting).status, 201);
    }
}

TEST_F(ConflictTest, OutlivesAFault) {
    const Answered refused = limited();
    const Answered first = ask("POST", path_of(refused), kCode);
    cm_refuses(cm::Meaning::unreachable, 503);
    EXPECT_EQ(later(first).member("code"), "cm-unreachable");
    EXPECT_EQ(later(first).member("reason"), "limit-known");
    EXPECT_EQ(ask("GET", path_of(refused)).body, refused.body);
    const Answered second = ask("POST", path_of(refused), kCode);
    leave(second);
    drain();
    EXPECT_EQ(ask("GET", path_of(refused)).status, 200);
}

TEST_F(ConflictTest, SecondPressOfTheSameChoiceTakesOver) {
    const Answered refused = limited();
    const Answered first = ask("POST", path_of(refused), kCode);
    const Answered second = ask("POST", path_of(refused), kCode);
    EXPECT_EQ(later(first).member("code"), "replaced");
    cm_grants();
    EXPECT_EQ(later(second).status, 201);
}

// --- a session that a 409 has ended ---

TEST_F(ConflictTest, NamesTheSessionThatItEndedAndIsNamedByIt) {
    const Answered stream = ask("GET", "/v1/events");
    const std::string id = start_id();
    pass(60'000);
    cm_limits();
    (void)ask("POST", "/v1/sessions/" + id + "/stopped");
    const std::string heard = read(stream, 65536);
    const Answered session = ask("GET", "/v1/sessions/" + id);
    const std::string conflict = session.member("conflictId");
    EXPECT_EQ(session.member("endReason"), "displaced");
    const Answered shown = ask("GET", "/v1/conflicts/" + conflict);
    EXPECT_EQ(shown.status, 200);
    EXPECT_TRUE(shown.has("\"sessionId\":\"" + id));
    const std::size_t violations = shown.body.find("\"violations\":");
    const std::string list =
        shown.body.substr(violations, shown.body.find(",\"obligations\"", violations) - violations);
    const std::string named = "\"conflictId\":\"" + conflict + "\"";
    const std::size_t stop = heard.find("event: playback-stop");
    const std::size_t told = heard.find("event: conflict");
    const std::size_t ended = heard.find("event: session-ended");
    ASSERT_LT(stop, told);
    ASSERT_LT(told, ended);
    EXPECT_NE(heard.substr(stop, told - stop).find(named + "," + list), std::string::npos) << heard;
    EXPECT_NE(heard.substr(told, ended - told)
                  .find("data: {" + named + ",\"attempt\":1,\"sessionId\":\"" + id + "\"}"),
              std::string::npos)
        << heard;
    EXPECT_NE(heard.substr(ended).find(named + "," + list), std::string::npos) << heard;
}

TEST_F(ConflictTest, ViolationsAreLeftOutWhereTheyAreNotKeptOrDoNotFit) {
    const std::string id = start_id();
    pass(60'000);
    std::string sessions;
    for (int i = 0; i < 64; ++i)
        sessions +=
            (i > 0 ? "," : "") + std::string(R"({"deviceName":")") + std::string(200, 'd') + "\"}";
    const std::string body =
        R"({"associatedAdvice":[{"type":"rule-violation","conflicts":[)" + sessions + "]}]}";
    const Answered stream = ask("GET", "/v1/events");
    cm_refuses(cm::Meaning::conflict, 409, body);
    const std::string conflict = ask("GET", "/v1/sessions/" + id).member("conflictId");
    const std::string heard = read(stream, 65536);
    EXPECT_NE(heard.find("event: playback-stop"), std::string::npos);
    EXPECT_NE(heard.find(conflict), std::string::npos);
    EXPECT_EQ(heard.find("violations"), std::string::npos) << "longer than a listener's room";
    for (std::size_t i = 0; i < core::kMaxConflicts; ++i) (void)limited();
    (void)ask("POST", "/v1/sessions/" + id + "/stopped");
    const std::string late = read(stream, 65536);
    const std::size_t ended = late.find("event: session-ended");
    EXPECT_NE(late.substr(ended).find(conflict), std::string::npos) << late;
    EXPECT_EQ(late.substr(ended).find("violations"), std::string::npos) << late;
}

}  // namespace
}  // namespace cmagent::ui
