// What a client whose view is out of date is told, so that it can mend it without asking again
// (RFC 9110 §15.5.10: "enough information for a user to recognize the source of the conflict").

#include "agent/ui/session_json.h"
#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

const char* const kStart = R"({"idp":"mvpd","subject":"home","metadata":{"channel":"News"}})";

std::string zap_from(const std::string& id) {
    return R"({"idp":"mvpd","subject":"home","replaces":")" + id + "\"}";
}

// --- entity tags ---

ETag tag_of(std::uint64_t state, std::string_view language) {
    return etag(state, find_language(language, *languages().begin()));
}

TEST(ETags, IfMatchComparesTheStateToldInAnyLanguage) {
    const ETag tag = tag_of(0x1234, "en");
    EXPECT_EQ(tag.view(), R"("0000000000001234.en")");
    for (const char* field :
         {"*", R"("0000000000001234.en")", R"("0000000000001234.fr")", R"("0000000000001234.zxx")",
          R"("other", "0000000000001234.fr")", R"("other","0000000000001234.fr", "more")"}) {
        EXPECT_TRUE(names_state(field, tag)) << field;
    }
    for (const char* field :
         {"", R"("")", R"("0000000000001235.en")", R"("0000000000001234")", "0000000000001234.en",
          R"(W/"0000000000001234.en")", R"(w/"0000000000001234.fr")", R"("000000000000123.4")"}) {
        EXPECT_FALSE(names_state(field, tag)) << field;
    }
}

TEST(ETags, IfNoneMatchComparesTheWholeTextBeItWeak) {
    const ETag tag = tag_of(0x1234, "fr");
    for (const char* field : {"*", R"("0000000000001234.fr")", R"(W/"0000000000001234.fr")",
                              R"("other", W/"0000000000001234.fr")"}) {
        EXPECT_TRUE(names_text(field, tag)) << field;
    }
    for (const char* field :
         {"", R"("0000000000001234.en")", R"(w/"0000000000001234.fr")", "0000000000001234.fr"}) {
        EXPECT_FALSE(names_text(field, tag)) << field;
    }
}

// --- answers ---

TEST_F(ApiTest, IfMatchTakesAnETagThatWasReadInAnotherLanguage) {
    const std::string path = "/v1/sessions/" + start_id();
    const std::string french = ask("GET", path, "", {{"Accept-Language", "fr"}}).fields.at("ETag");
    const Answered changed =
        ask("PATCH", path, R"({"paused":true})", {{"Accept-Language", "en"}, {"If-Match", french}});
    EXPECT_EQ(changed.status, 200);
    EXPECT_EQ(ask("PATCH", path, "{}", {{"If-Match", french}}).status, 412) << "it is paused now";
    const std::string weak = "W/" + changed.fields.at("ETag");
    EXPECT_EQ(ask("DELETE", path, "", {{"If-Match", weak}}).status, 412);
    EXPECT_EQ(ask("GET", path, "", {{"If-None-Match", weak}}).status, 304);
    for (const std::string& list : {"\"a\", " + weak, "W/\"b\" ,\t" + weak + ",", std::string("*"),
                                    std::string(", ,\"x\",*")}) {
        EXPECT_EQ(ask("GET", path, "", {{"If-None-Match", list}}).status, 304) << list;
        EXPECT_EQ(ask("HEAD", path, "", {{"If-None-Match", list}}).status, 304) << list;
    }
    EXPECT_EQ(ask("GET", path, "", {{"If-None-Match", "w" + weak.substr(1)}}).status, 200)
        << "RFC 9110 §8.8.3: W/ has no other case";
}

TEST_F(ApiTest, A412TellsThePresentETag) {
    const std::string path = "/v1/sessions/" + start_id();
    for (const char* method : {"PATCH", "DELETE"}) {
        const Answered refused =
            ask(method, path, method[0] == 'P' ? "{}" : "", {{"If-Match", "\"old\""}});
        EXPECT_EQ(refused.status, 412);
        EXPECT_EQ(refused.member("code"), "precondition-failed");
        EXPECT_EQ(refused.fields.at("ETag"), ask("GET", path).fields.at("ETag"));
    }
    const std::string present =
        ask("PATCH", path, "{}", {{"If-Match", "\"old\""}}).fields.at("ETag");
    EXPECT_EQ(ask("DELETE", path, "", {{"If-Match", present}}).status, 204);
}

TEST_F(ApiTest, WhatIsImmutableIsNamedWithTheValueThatIsHeld) {
    const std::string path = "/v1/sessions/" + started(kStart).member("id");
    const Answered refused =
        ask("PATCH", path, R"({"metadata":{"show":"Friends","channel":"Sports"},"paused":true})");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.member("code"), "immutable-metadata");
    EXPECT_EQ(refused.member("field"), "metadata.channel");
    EXPECT_EQ(refused.member("held"), "News");
    const Answered session = ask("GET", path);
    EXPECT_EQ(refused.fields.at("ETag"), session.fields.at("ETag"));
    EXPECT_EQ(session.member("paused"), "false") << "nothing of it is done";
    EXPECT_FALSE(session.has("Friends"));
}

TEST_F(ApiTest, ASessionThatHasEndedSaysWhy) {
    const std::string path = "/v1/sessions/" + start_id();
    pass(60'000);  // a heartbeat goes
    cm_refuses(cm::Meaning::terminated, 410, fixture("410-service-remote-termination"));
    (void)ask("POST", path + "/stopped");
    const Answered refused = ask("PATCH", path, "{}", {{"Accept-Language", "fr"}});
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.member("code"), "session-ended");
    EXPECT_EQ(refused.member("endReason"), "remote-termination");
    EXPECT_EQ(refused.member("detail"),
              "La lecture a été arrêtée par Demo application sur un autre appareil.");
    EXPECT_FALSE(refused.has("replacedBy"));
    const Answered session = ask("GET", path, "", {{"Accept-Language", "fr"}});
    EXPECT_EQ(refused.fields.at("ETag"), session.fields.at("ETag"));
}

TEST_F(ApiTest, ASessionSaysWhichOneHasTakenItsPlace) {
    const Answered events = ask("GET", "/v1/events");
    const std::string first = start_id();
    const Answered waiting = ask("POST", "/v1/sessions", zap_from(first));
    cm_grants();  // the DELETE
    cm_grants();
    const std::string second = later(waiting).member("id");
    const std::string path = "/v1/sessions/" + first;
    EXPECT_EQ(ask("GET", path).member("replacedBy"), second);
    const Answered refused = ask("PATCH", path, "{}");
    EXPECT_EQ(refused.member("endReason"), "user");
    EXPECT_EQ(refused.member("replacedBy"), second);
    EXPECT_NE(read(events).find(R"("playback":"untouched","replacedBy":")" + second),
              std::string::npos);

    // The last of the chain is the one that is there.
    const std::string tag = ask("GET", path).fields.at("ETag");
    const Answered last = ask("POST", "/v1/sessions", zap_from(second));
    cm_grants();
    cm_grants();
    EXPECT_EQ(ask("GET", path).member("replacedBy"), later(last).member("id"));
    EXPECT_EQ(ask("GET", path, "", {{"If-None-Match", tag}}).status, 200) << "another text";
    EXPECT_FALSE(ask("GET", "/v1/sessions/" + later(last).member("id")).has("replacedBy"));
}

TEST_F(ApiTest, AStartThatIsRefusedTakesNobodysPlace) {
    const std::string first = start_id();
    const std::string path = "/v1/sessions/" + first;
    const Answered waiting = ask("POST", "/v1/sessions", zap_from(first));
    const Answered before = ask("GET", path);
    EXPECT_TRUE(before.has("replacedBy"));
    cm_grants();  // the DELETE
    cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-streams"));
    EXPECT_EQ(later(waiting).status, 409);
    const Answered after = ask("GET", path);
    EXPECT_FALSE(after.has("replacedBy"));
    EXPECT_NE(after.fields.at("ETag"), before.fields.at("ETag"));
    EXPECT_FALSE(ask("PATCH", path, "{}").has("replacedBy"));
}

TEST_F(ApiTest, AZapThatWasOvertakenSaysByWhich) {
    const std::string id = start_id();
    const Answered first = ask("POST", "/v1/sessions", zap_from(id));
    const Answered second = ask("POST", "/v1/sessions", zap_from(id));
    EXPECT_EQ(later(first).member("code"), "replaced");
    cm_grants();  // the DELETE
    cm_grants();
    EXPECT_EQ(later(first).member("replacedBy"), later(second).member("id"));
}

TEST_F(ApiTest, AStartThatTheViewerEndedWasReplacedByNobody) {
    const Answered waiting = ask("POST", "/v1/sessions", kStart);
    const std::string id = ask("GET", "/v1/sessions").member("id");
    EXPECT_EQ(ask("DELETE", "/v1/sessions/" + id).status, 204);
    EXPECT_EQ(later(waiting).member("code"), "replaced");
    EXPECT_FALSE(later(waiting).has("replacedBy"));
}

TEST_F(ApiTest, ASecondLimitSaysThatTheChoiceWasInVain) {
    const std::string path = "/v1/conflicts/" + limited().member("conflictId");
    const Answered waiting = ask("POST", path, R"({"terminate":["c424312e"]})");
    cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-streams"));
    EXPECT_EQ(later(waiting).status, 409);
    EXPECT_EQ(later(waiting).member("detail"),
              "Ending Tablet did not free a place. Too many programmes are being watched at the "
              "same time.");
    EXPECT_EQ(ask("GET", path).member("detail"), later(waiting).member("detail"));
}

TEST_F(ApiTest, A409OnAHeartbeatSaysWhyPlaybackEnds) {
    const Answered events = ask("GET", "/v1/events");
    const std::string path = "/v1/sessions/" + start_id();
    pass(60'000);
    cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-message-only"));
    const std::string words = "Playback has ended. Live sport cannot be watched outside your home";
    EXPECT_EQ(ask("GET", path).member("message"), words);
    EXPECT_EQ(ask("GET", path).member("endReason"), "displaced");
    const std::string heard = read(events, 65'536);
    EXPECT_NE(heard.find(R"("reason":"displaced","message":")" + words), std::string::npos)
        << heard;
}

}  // namespace
}  // namespace cmagent::ui
