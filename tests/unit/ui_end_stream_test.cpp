// DELETE /v1/streams/{cmSessionId} (contract.md, "Ending a stream").

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

constexpr const char* kAccount = "?idp=mvpd&subject=home";
constexpr const char* kKitchen =
    R"({"runningStreams":[{"sessionId":"kitchen","terminationCode":"c1"},{"sessionId":"cellar"}]})";

class EndStream : public ApiTest {
  protected:
    Answered end(const std::string& stream, const Fields& fields = {}) {
        return ask("DELETE", "/v1/streams/" + stream + kAccount, "", fields);
    }
};

TEST_F(EndStream, WaitsUntilItIsOver) {
    const Answered waiting = end("kitchen");
    EXPECT_EQ(waiting.status, 0);
    cm_lists(kKitchen);
    cm_grants();
    EXPECT_EQ(later(waiting).status, 0);
    EXPECT_EQ(ask("GET", "/v1/sessions").body, R"({"sessions":[]})");
    cm_grants();
    EXPECT_EQ(later(waiting).status, 204);
    EXPECT_EQ(later(waiting).body, "");
}

TEST_F(EndStream, StopsASessionOfThisBox) {
    const Answered session = started();
    const Answered waiting = end(session.member("cmSessionId"));
    EXPECT_EQ(ask("POST", "/v1/sessions/" + session.member("id") + "/stopped").status, 204);
    EXPECT_EQ(later(waiting).status, 0);
    cm_grants();
    EXPECT_EQ(later(waiting).status, 204);
    const Answered ended = ask("GET", "/v1/sessions/" + session.member("id"));
    EXPECT_EQ(ended.member("endReason"), "ended-here");
    EXPECT_EQ(ended.member("message"), "Ended on this device.");
}

TEST_F(EndStream, ThatCannotBeEndedIsNotThere) {
    const Answered cellar = end("cellar");
    const Answered attic = end("attic");
    cm_lists(kKitchen);
    for (const Answered& one : {cellar, attic}) {
        EXPECT_EQ(later(one).status, 404);
        EXPECT_EQ(later(one).member("code"), "no-such-stream");
    }
    EXPECT_EQ(later(cellar).member("reason"), "no-code");
    EXPECT_EQ(later(cellar).member("detail"), "This cannot be ended from this device.");
    EXPECT_EQ(later(attic).member("reason"), "");
    EXPECT_EQ(later(attic).member("detail"), "This is no longer there.");
}

TEST_F(EndStream, AtTheLimitIsAConflictThatIsOver) {
    const Answered waiting = end("kitchen");
    cm_lists(kKitchen);
    cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-streams"));
    EXPECT_EQ(later(waiting).status, 409);
    EXPECT_EQ(later(waiting).member("code"), "stream-limit");
    EXPECT_TRUE(later(waiting).has(R"("violations":[{)"));
    EXPECT_EQ(ask("GET", "/v1/conflicts/" + later(waiting).member("conflictId")).status, 410);
}

TEST_F(EndStream, IsNotRiskedWhereCmLetsTheLatestWin) {
    const Answered session = started();
    pass(55'000);
    cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-streams"));
    (void)ask("POST", "/v1/sessions/" + session.member("id") + "/stopped");
    const Answered waiting = end("kitchen");
    cm_lists(kKitchen);
    EXPECT_EQ(later(waiting).status, 409);
    EXPECT_EQ(later(waiting).member("code"), "would-displace");
}

TEST_F(EndStream, ThatIsThrottledSaysWhenToTryAgain) {
    const Answered waiting = end("kitchen");
    cm_lists(kKitchen);
    cm_refuses(cm::Meaning::throttled, 429);
    EXPECT_EQ(later(waiting).status, 429);
    EXPECT_EQ(later(waiting).fields.at("Retry-After"), "60");
}

TEST_F(EndStream, NeedsAnAccount) {
    EXPECT_EQ(ask("DELETE", "/v1/streams/kitchen").member("field"), "idp");
    const std::string path = std::string("/v1/streams/kitchen") + kAccount;
    EXPECT_EQ(ask("DELETE", path + "&refresh=true").member("reason"), "unknown");
    EXPECT_EQ(ask("GET", path).status, 405);
    EXPECT_EQ(end(std::string(200, 'x')).status, 404);
}

TEST_F(EndStream, TellsWhatKeptCmFromIt) {
    struct Case {
        cm::Meaning meaning;
        int status;
    };
    for (const Case& one : {Case{cm::Meaning::not_cm, 502}, Case{cm::Meaning::unreachable, 503},
                            Case{cm::Meaning::unclear, 504}}) {
        const Answered waiting = end("kitchen");
        if (one.meaning == cm::Meaning::unclear) {
            cm_lists(kKitchen);
            cm_refuses(one.meaning, 0);
            cm_lists(kKitchen);
            cm_refuses(one.meaning, 0);
            cm_lists(kKitchen);
        } else {
            cm_refuses(one.meaning, 0);
        }
        EXPECT_EQ(later(waiting).status, one.status);
        pass(60'000);
    }
}

TEST_F(EndStream, OfAnotherApplicationNeedsItsToken) {
    const Answered session = started();
    settings.needs_token = true;
    settings.tokens = "news-only news";
    api->configure(settings);
    const Fields bearer = {{"Authorization", "Bearer news-only"}};
    EXPECT_EQ(end("kitchen", bearer).status, 422);
    EXPECT_EQ(end("kitchen").status, 401);
    const std::string path = "/v1/streams/" + session.member("cmSessionId") + kAccount;
    const Answered waiting = ask("DELETE", path + "&application=news", "", bearer);
    cm_lists(R"({"runningStreams":[]})");
    EXPECT_EQ(later(waiting).status, 404) << "the session is of an application it may not see";
}

TEST_F(EndStream, IsTakenBackByNobody) {
    const Answered waiting = end("kitchen");
    cm_lists(kKitchen);
    leave(waiting);
    cm_grants();
    EXPECT_EQ(exchanges.size(), 1U) << "the end of our own";
}

}  // namespace
}  // namespace cmagent::ui
