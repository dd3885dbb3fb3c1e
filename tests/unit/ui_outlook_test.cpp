// GET /v1/outlook: whether a start would fit, before anybody is refused.

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

constexpr const char* kOutlook = "/v1/outlook?idp=mvpd&subject=home";
constexpr const char* kRule =
    R"({"associatedAdvice":[{"type":"rule-violation","ruleName":"3 streams","attribute":"streamId",)"
    R"("threshold":3,"conflicts":{"a":[{}],"b":[{}],"c":[{}]}}]})";
constexpr const char* kDevices =
    R"({"associatedAdvice":[{"type":"rule-violation","ruleName":"1 device","attribute":"deviceId",)"
    R"("scope":["channel"],"threshold":1,"conflicts":{"tv":[{"sessionId":"a"}]}}]})";

std::string streams(int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += std::string(i == 0 ? "" : ",") + R"({"sessionId":"s)" + std::to_string(i) + "\"}";
    return R"({"runningStreams":[)" + text + "]}";
}

struct OutlookTest : ApiTest {
    OutlookTest() { core->set_clock(clock.wall_ms(), {clock.boot_ms()}); }

    // A start that CM refuses.
    void refused(std::string_view body) {
        ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})");
        cm_refuses(cm::Meaning::conflict, 409, body);
    }
    std::string outlook(const std::string& list, const std::string& parameters = "") {
        const Answered waiting = ask("GET", kOutlook + parameters + "&refresh=true");
        EXPECT_EQ(waiting.status, 0) << waiting.body;
        cm_lists(list, 60'000);
        EXPECT_EQ(later(waiting).status, 200);
        pass(2'000);
        return later(waiting).body;
    }
};

TEST_F(OutlookTest, SaysWhatRunsAndWhatIsKnown) {
    EXPECT_EQ(outlook(streams(1)),
              R"({"verdict":"unknown","streams":1,"here":0,"limits":[],"inTheWay":[],)"
              R"("nextLapseInMs":60000,"agoMs":0})");
    refused(kRule);
    EXPECT_EQ(
        outlook(streams(1)),
        R"({"verdict":"free","streams":1,"here":0,"limits":[{"rule":"3 streams",)"
        R"("attribute":"streamId","atLeast":3,"atMost":3,"seen":"2030-03-17T17:46:42.000Z"}],)"
        R"("inTheWay":[],"nextLapseInMs":60000,"agoMs":0})");
    EXPECT_NE(outlook(streams(2)).find(R"("verdict":"last")"), std::string::npos);
    EXPECT_NE(outlook(streams(4)).find(R"("inTheWay":[{"sessionId":"s0"},{"sessionId":"s1"},)"),
              std::string::npos);
}

TEST_F(OutlookTest, CountsTheStreamsOfThisBoxAndThoseThatAreNotListed) {
    start_id();
    const std::string body =
        outlook(R"({"runningStreams":[{"sessionId":"cm-1"}],"otherStreams":2})");
    EXPECT_EQ(body.find(R"({"verdict":"unknown","streams":3,"here":1,)"), 0u) << body;
}

TEST_F(OutlookTest, MetadataSayWhichRulesMatter) {
    refused(kDevices);
    const std::string list =
        R"({"runningStreams":[{"sessionId":"a","metadata":{"channel":"my news","deviceId":"tv"}}]})";
    EXPECT_EQ(outlook(list).find(R"({"verdict":"unknown","streams":1,"here":0,"limits":[],)"), 0u)
        << "a rule of each channel says nothing about a start on no channel";
    const std::string full = outlook(list, "&metadata.channel=my+news");
    EXPECT_EQ(full.find(R"({"verdict":"full","streams":1,"here":0,"limits":[{"rule":"1 device",)"
                        R"("attribute":"deviceId","scope":["channel"],"atLeast":1,"atMost":1,)"),
              0u)
        << full;
    EXPECT_NE(full.find(R"("inTheWay":[{"sessionId":"a",)"), std::string::npos);
    EXPECT_EQ(outlook(list, "&metadata.channel=kids").find(R"({"verdict":"last")"), 0u);
    EXPECT_EQ(outlook(list, "&metadata.channel=my%20news&metadata.deviceId=tv")
                  .find(R"({"verdict":"free")"),
              0u)
        << "the same device counts once";
    ASSERT_TRUE(core_settings.device.set("deviceId", "tv"));
    EXPECT_EQ(outlook(list, "&metadata.channel=my%20news").find(R"({"verdict":"free")"), 0u)
        << "device.metadata goes with every start";
}

TEST_F(OutlookTest, IsAnsweredAtOnceFromTheLookThatAllShare) {
    const Answered streams_first = ask("GET", "/v1/streams?idp=mvpd&subject=home");
    const Answered waiting = ask("GET", kOutlook);
    EXPECT_EQ(exchanges.size(), 1u);
    cm_lists(streams(2), 60'000);
    EXPECT_EQ(later(streams_first).status, 200);
    EXPECT_EQ(later(waiting).member("streams"), "2");
    pass(1'000);
    const Answered again = ask("GET", kOutlook);
    EXPECT_EQ(again.member("agoMs"), "1000");
    EXPECT_EQ(again.member("nextLapseInMs"), "59000");
    EXPECT_TRUE(exchanges.empty());
}

TEST_F(OutlookTest, IsUnknownWhereCmCannotBeAsked) {
    refused(kRule);
    const Answered waiting = ask("GET", kOutlook);
    cm_refuses(cm::Meaning::unreachable, 503);
    EXPECT_EQ(later(waiting).status, 200);
    EXPECT_EQ(later(waiting).body.find(R"({"verdict":"unknown","limits":[{"rule":"3 streams",)"),
              0u)
        << later(waiting).body;
    EXPECT_FALSE(later(waiting).has("agoMs"));
    pass(30'000);
    EXPECT_NE(outlook(streams(3)).find(R"("verdict":"full")"), std::string::npos);
    const Answered refreshed = ask("GET", std::string(kOutlook) + "&refresh=true");
    cm_refuses(cm::Meaning::throttled, 429);
    EXPECT_EQ(later(refreshed).member("verdict"), "full") << "it was seen before, and still holds";
    EXPECT_EQ(later(refreshed).member("agoMs"), "2000");
    pass(58'000);
    const Answered old = ask("GET", kOutlook);
    EXPECT_EQ(old.member("verdict"), "unknown");
    EXPECT_EQ(old.member("streams"), "3") << "at that time";
    EXPECT_EQ(old.member("agoMs"), "60000");
    EXPECT_EQ(old.member("nextLapseInMs"), "0");
}

TEST_F(OutlookTest, SaysWhereTheLatestWins) {
    start_id();
    pass(55'000);
    cm_refuses(cm::Meaning::conflict, 409, kRule);
    EXPECT_NE(outlook(streams(3)).find(R"("displaces":true)"), std::string::npos);
}

TEST_F(OutlookTest, TakesNoPlaceAndHoldsUpNoStart) {
    refused(kRule);
    outlook(streams(3));
    const Answered waiting = ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})");
    cm_grants();
    EXPECT_EQ(later(waiting).status, 201) << "CM decides";
    EXPECT_EQ(ask("GET", "/v1/sessions").body.find("starting"), std::string::npos);
}

TEST_F(OutlookTest, IsReadStrictly) {
    EXPECT_EQ(ask("GET", "/v1/outlook").member("field"), "idp");
    struct {
        std::string parameters;
        const char* field;
        const char* reason;
    } const faults[] = {
        {"&x=1", "x", "unknown"},
        {"&refresh=yes", "refresh", "not-a-boolean"},
        {"&application=sports", "application", "unknown"},
        {"&metadata=x", "metadata", "unknown"},
        {"&metadata.=x", "metadata", "empty-name"},
        {"&metadata.a=1&metadata.a=2", "metadata.a", "repeated"},
        {"&metadata.a=1&metadata.%61=2", "metadata.%61", "repeated"},
        {"&metadata.a%0a=1", "metadata.a%0a", "control-character"},
        {"&metadata.a=%00", "metadata.a", "control-character"},
        {"&metadata.a=" + std::string(257, 'x'), "metadata.a", "too-long"},
        {"&metadata.a=%zz", "metadata.a", "too-long"},
        {"&metadata." + std::string(65, 'n') + "=1", nullptr, "name-too-long"},
    };
    for (const auto& fault : faults) {
        const Answered answer = ask("GET", kOutlook + fault.parameters);
        EXPECT_EQ(answer.status, 422) << fault.parameters;
        EXPECT_EQ(answer.member("reason"), fault.reason) << fault.parameters;
        if (fault.field == nullptr) continue;
        EXPECT_EQ(answer.member("field"), fault.field);
    }
    std::string many;
    for (int i = 0; i < 33; ++i) many += "&metadata.n" + std::to_string(i) + "=";
    EXPECT_EQ(ask("GET", kOutlook + many).member("reason"), "too-many");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a&subject=b&metadata.a=1").member("reason"), "unknown");
    EXPECT_TRUE(exchanges.empty());
}

TEST_F(OutlookTest, MetadataThatAStartCouldNotCarryAreRefused) {
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(core_settings.device.set("d" + std::to_string(i), "x"));
    std::string many;
    for (int i = 0; i < 32; ++i) many += "&metadata.n" + std::to_string(i) + "=";
    const Answered answer = ask("GET", kOutlook + many);
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.member("reason"), "too-many");
}

TEST_F(OutlookTest, OfASubjectThatIsLoggedOutIsRefused) {
    const Answered waiting = ask("GET", kOutlook);
    ask("POST", "/v1/logout", R"({"idp":"mvpd","subject":"home"})");
    EXPECT_EQ(later(waiting).member("code"), "replaced");
}

TEST_F(OutlookTest, OneTooManyIsBusy) {
    for (int i = 0; i < 8; ++i) EXPECT_EQ(ask("GET", kOutlook).status, 0);
    EXPECT_EQ(ask("GET", kOutlook).member("code"), "busy");
}

}  // namespace
}  // namespace cmagent::ui
