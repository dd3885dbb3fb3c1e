// POST /v1/conflicts/{id} {"wait":…} (contract.md, "Waiting for a place").

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

class WaitForPlace : public ApiTest {
  protected:
    Answered wait(const std::string& wish) { return ask("POST", path, R"({"wait":)" + wish + "}"); }

    const std::string id = limited().member("conflictId");
    const std::string path = "/v1/conflicts/" + id;
};

TEST_F(WaitForPlace, IsToldWithTheConflict) {
    const Answered before = ask("GET", path);
    const Answered waiting = wait(R"({"seconds":900,"start":true})");
    EXPECT_EQ(waiting.status, 202);
    EXPECT_NE(waiting.fields.at("ETag"), before.fields.at("ETag"));
    EXPECT_TRUE(waiting.has(R"("start":true})")) << waiting.body;
    EXPECT_EQ(waiting.member("until"), waiting.member("expiresAt"));
    EXPECT_GT(waiting.member("until"), before.member("expiresAt"));
    EXPECT_EQ(ask("GET", path).body, waiting.body);

    const Answered shorter = wait(R"({"seconds":60})");
    EXPECT_LT(shorter.member("until"), before.member("expiresAt"));
    EXPECT_EQ(shorter.member("expiresAt"), before.member("expiresAt"));

    const Answered ended = wait(R"({"seconds":0})");
    EXPECT_EQ(ended.status, 202);
    EXPECT_FALSE(ended.has("\"wait\"")) << ended.body;
}

TEST_F(WaitForPlace, IsReadStrictly) {
    struct Case {
        const char* wish;
        const char* field;
        const char* reason;
    };
    const Case kCases[] = {
        {"5", "wait", "wrong-type"},
        {"{}", "wait.seconds", "missing"},
        {R"({"start":true})", "wait.seconds", "missing"},
        {R"({"seconds":"5"})", "wait.seconds", "wrong-type"},
        {R"({"seconds":1.5})", "wait.seconds", "wrong-type"},
        {R"({"seconds":-1})", "wait.seconds", "out-of-range"},
        {R"({"seconds":3601})", "wait.seconds", "out-of-range"},
        {R"({"seconds":5,"start":1})", "wait.start", "wrong-type"},
        {R"({"seconds":5,"until":1})", "wait.until", "unknown"},
        {R"({"seconds":5},"terminate":[])", "wait", "with-terminate"},
    };
    for (const Case& one : kCases) {
        const Answered answer = wait(one.wish);
        EXPECT_EQ(answer.status, 422) << one.wish;
        EXPECT_EQ(answer.member("field"), one.field) << one.wish;
        EXPECT_EQ(answer.member("reason"), one.reason) << one.wish;
    }
    EXPECT_EQ(wait(R"({"seconds":3600})").status, 202);
}

TEST_F(WaitForPlace, OfAConflictThatIsOverIs410) {
    (void)ask("DELETE", path);
    EXPECT_EQ(wait(R"({"seconds":60})").status, 410);
}

TEST_F(WaitForPlace, IsAnEventWhenItIsFree) {
    const std::string since = ask("GET", "/v1/events?since=0").member("id");
    (void)wait(R"({"seconds":900})");
    pass(0);
    cm_lists(R"({"runningStreams":[{"sessionId":"x"}],"otherStreams":2})");
    pass(30'000);
    cm_lists(R"({"runningStreams":[{"sessionId":"x"}],"otherStreams":1})");
    const Answered told = ask("GET", "/v1/events?since=" + since);
    EXPECT_TRUE(told.has(R"("event":"slot-free","data":{"conflictId":")" + id + "\"}"))
        << told.body;
}

TEST_F(WaitForPlace, NamesTheConflictWhenItStarts) {
    const std::string since = ask("GET", "/v1/events?since=0").member("id");
    const Answered listener = ask("GET", "/v1/events");
    (void)wait(R"({"seconds":900,"start":true})");
    pass(0);
    cm_lists(R"({"runningStreams":[{"sessionId":"x"}],"otherStreams":2})");
    pass(30'000);
    cm_lists(R"({"runningStreams":[]})");
    cm_grants();
    const Answered told = ask("GET", "/v1/events?since=" + since);
    EXPECT_TRUE(told.has(R"("state":"active","paused":false,"conflictId":")" + id + "\"}"))
        << told.body;
    EXPECT_EQ(ask("GET", path).status, 410);
    leave(listener);
}

}  // namespace
}  // namespace cmagent::ui
