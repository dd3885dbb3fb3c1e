// Whose share: what one caller does leaves the others theirs (contract.md, "Shares").

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

const std::string kMine = "clientKey=mine-and-nobody-elses";
const std::string kOther = "clientKey=another-ones-of-them";

std::string start_by(const std::string& key) {
    return R"({"idp":"mvpd","subject":"home","clientKey":")" + key.substr(key.find('=') + 1) +
           R"("})";
}

struct SharesTest : ApiTest {
    Answered listen(const std::string& query = "") { return ask("GET", "/v1/events?" + query); }
    Answered poll(const std::string& query) {
        return listen("since=" + std::to_string(api_last()) + "&timeoutSeconds=60&" + query);
    }
    // The id of the last event, as a listener knows it.
    std::uint64_t api_last() {
        const Answered empty = ask("GET", "/v1/events?since=0&timeoutSeconds=0");
        return std::stoull(empty.member("id"));
    }
    [[nodiscard]] bool ended(const Answered& listener) { return later(listener).over; }
};

// --- listeners ---

TEST_F(SharesTest, HeadOfTheEventsOpensNothing) {
    for (int i = 0; i < 20; ++i) {
        const Answered head = ask("HEAD", "/v1/events");
        EXPECT_EQ(head.status, 200);
        EXPECT_EQ(head.fields.at("Content-Type"), "text/event-stream");
        EXPECT_FALSE(head.streams);
        const Answered poll = ask("HEAD", "/v1/events?since=1&timeoutSeconds=60");
        EXPECT_EQ(poll.fields.at("Content-Type"), "application/json");
    }
    EXPECT_EQ(ask("GET", "/v1/status").member("listeners"), "0");
}

TEST_F(SharesTest, OfEightListenersOneCallerHasSix) {
    for (int i = 0; i < 6; ++i) EXPECT_TRUE(listen().streams);
    EXPECT_EQ(listen().member("code"), "too-many-listeners");
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(listen(kMine).streams);
    EXPECT_EQ(listen(kOther).member("code"), "too-many-listeners") << "all are taken";
}

TEST_F(SharesTest, LongPollsAndStreamsAreListenersAlike) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(listen(kMine).streams);
        EXPECT_EQ(poll(kMine).status, 0);
    }
    EXPECT_EQ(listen(kMine).member("code"), "too-many-listeners");
    EXPECT_EQ(poll(kMine).member("code"), "too-many-listeners");
    EXPECT_TRUE(listen(kOther).streams);
}

TEST_F(SharesTest, WhoPlaysTakesThePlaceOfTheOldestWhoDoesNot) {
    (void)started(start_by(kMine));
    for (const bool polls : {false, true}) {
        std::vector<Answered> idle;
        for (int i = 0; i < 6; ++i) idle.push_back(polls ? poll("") : listen());
        for (int i = 0; i < 2; ++i) idle.push_back(listen(kOther));
        const Answered mine = listen(kMine);
        EXPECT_TRUE(mine.streams);
        pass(0);
        EXPECT_TRUE(ended(idle[0]));
        EXPECT_EQ(later(idle[0]).body == "[]", polls) << "as one whose time is over";
        EXPECT_FALSE(ended(idle[1]));
        EXPECT_FALSE(ended(mine));
        EXPECT_EQ(ask("GET", "/v1/status").member("listeners"), "8");
        for (const Answered& one : idle) leave(one);
        leave(mine);
    }
}

TEST_F(SharesTest, WhoPlaysIsPutOutByNobody) {
    (void)started(start_by(kOther));
    (void)started(start_by(kMine));
    std::vector<Answered> playing;
    for (int i = 0; i < 4; ++i) playing.push_back(listen(kOther));
    for (int i = 0; i < 4; ++i) playing.push_back(listen(kMine));
    EXPECT_EQ(listen(kMine).member("code"), "too-many-listeners");
    for (const Answered& one : playing) EXPECT_FALSE(ended(one));
}

TEST_F(SharesTest, AnObserverListensForNoSession) {
    (void)started(start_by(kMine));
    const Answered observer = listen(kMine + "&observer=1");
    for (int i = 0; i < 6; ++i) (void)listen();
    (void)listen(kOther);
    EXPECT_EQ(listen(kMine + "&observer=1").member("code"), "too-many-listeners");
    EXPECT_TRUE(listen(kMine).streams);
    EXPECT_TRUE(ended(observer)) << "the oldest of those who listen for nobody";
}

TEST_F(SharesTest, WhoseShareIsSpentPutsOutHisOwn) {
    settings.needs_token = true;
    settings.tokens = "token-of-one\ntoken-of-another\n";
    api->configure(settings);
    const Fields one = {{"Authorization", "Bearer token-of-one"}};
    const Fields another = {{"Authorization", "Bearer token-of-another"}};
    const Answered foreign = ask("GET", "/v1/events", "", another);
    std::vector<Answered> own;
    for (int i = 0; i < 6; ++i) own.push_back(ask("GET", "/v1/events", "", one));
    EXPECT_EQ(ask("GET", "/v1/events", "", one).member("code"), "too-many-listeners");
    (void)ask("POST", "/v1/sessions", start_by(kMine), one);
    cm_grants();
    EXPECT_TRUE(ask("GET", "/v1/events?" + kMine, "", one).streams);
    EXPECT_TRUE(ended(own[0]));
    EXPECT_FALSE(ended(foreign));
}

TEST_F(SharesTest, WithoutAKeyWhoPlaysIsTheCallerHimself) {
    user = 1000;
    (void)started();
    user.reset();
    for (int i = 0; i < 6; ++i) (void)listen();
    (void)listen(kMine);
    (void)listen(kMine);
    user = 1001;
    EXPECT_EQ(listen().member("code"), "too-many-listeners");
    user = 1000;
    EXPECT_TRUE(listen().streams);
}

TEST_F(SharesTest, ListenerWhoAcknowledgesNothingFor45SecondsIsDropped) {
    const Answered frozen = listen();
    pass(15'000);
    port.stuck = 4;
    for (int i = 0; i < 3; ++i) pass(15'000);
    EXPECT_FALSE(ended(frozen)) << "the bytes may have gone out just before the first look";
    pass(15'000);
    EXPECT_TRUE(ended(frozen));
    EXPECT_EQ(ask("GET", "/v1/status").member("listeners"), "0");
}

TEST_F(SharesTest, ListenerWhoTakesAnyOfItStays) {
    const Answered slow = listen();
    for (std::size_t stuck = 2'000; stuck > 1'000; stuck -= 100) {
        port.stuck = stuck;
        pass(30'000);
    }
    EXPECT_FALSE(ended(slow));
    port.stuck = 0;
    pass(600'000);
    EXPECT_FALSE(ended(slow));
}

// --- requests that wait ---

TEST_F(SharesTest, OfThoseWhoWaitOneCallerHasThreeQuarters) {
    core_settings.max_sessions = 16;
    std::size_t waiting = 0;
    for (int i = 0; i < 8; ++i)
        waiting += ask("GET", "/v1/streams?idp=a&subject=b").status == 0 ? 1 : 0;
    for (int i = 0; i < 12; ++i)
        waiting += ask("POST", "/v1/sessions", R"({"idp":"a","subject":"b"})").status == 0 ? 1 : 0;
    EXPECT_EQ(waiting, 16U);
    EXPECT_EQ(ask("POST", "/v1/sessions", start_by(kMine)).status, 0);
}

// --- Idempotency-Key ---

TEST(IdempotencyShares, KeysOfOneCallerPushOutItsOwn) {
    const core::Party honest = core::Party::of_user(1);
    const core::Party flood = core::Party::of_user(2);
    Idempotency kept;
    Time now{1'000};
    kept.add(honest, "mine", "{}", 1, now);
    for (int i = 0; i < 100; ++i)
        kept.add(flood, "key-" + std::to_string(i), "{}", 2, now = now + 1);
    EXPECT_NE(kept.find(honest, "mine", now), nullptr);
    int left = 0;
    for (int i = 0; i < 100; ++i)
        left += kept.find(flood, "key-" + std::to_string(i), now) != nullptr ? 1 : 0;
    EXPECT_EQ(left, 12) << "three quarters of 16";
    EXPECT_NE(kept.find(flood, "key-99", now), nullptr) << "the last ones";
    for (int i = 0; i < 6; ++i)
        kept.add(honest, "more-" + std::to_string(i), "{}", 3, now = now + 1);
    EXPECT_NE(kept.find(honest, "more-5", now), nullptr) << "the oldest of all has gone";
}

// --- pace ---

TEST_F(SharesTest, TooManyStartsAreToldWhenToComeAgain) {
    core_settings.starts_per_minute = 60;
    user = 1000;
    for (int i = 0; i < 10; ++i) {
        const Answered start = started();
        (void)ask("DELETE", "/v1/sessions/" + start.member("id"));
        cm_says(cm::Answer{});
    }
    const Answered refused = ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.member("code"), "too-many-requests");
    EXPECT_EQ(refused.member("blame"), "app");
    EXPECT_EQ(refused.fields.at("Retry-After"), "1");
    EXPECT_TRUE(exchanges.empty()) << "CM is not asked";
    user = 1001;
    EXPECT_EQ(started().status, 201) << "another user of the box";
}

TEST_F(SharesTest, TooManyQuestionsAreRefusedToo) {
    core_settings.starts_per_minute = 1;
    for (int i = 0; i < 10; ++i) {
        (void)ask("GET", "/v1/streams?refresh=true&idp=a&subject=b");
        cm_lists("[]");
        clock.advance(2'000);
    }
    EXPECT_EQ(ask("GET", "/v1/streams?refresh=true&idp=a&subject=b").member("code"),
              "too-many-requests");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a&subject=b").status, 200) << "what is known is told";
    user = 1000;
    EXPECT_EQ(ask("GET", "/v1/streams?refresh=true&idp=a&subject=b").status, 0);
}

TEST_F(SharesTest, BearersOfTokensAreCallersOfTheirOwn) {
    core_settings.starts_per_minute = 60;
    settings.needs_token = true;
    settings.tokens = "token-of-one\ntoken-of-another\n";
    api->configure(settings);
    const Fields one = {{"Authorization", "Bearer token-of-one"}};
    for (int i = 0; i < 10; ++i) {
        (void)ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})", one);
        cm_refuses(cm::Meaning::unauthorized, 401);
    }
    const auto again = [&](const Fields& fields) {
        return ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})", fields).status;
    };
    EXPECT_EQ(again(one), 429);
    EXPECT_EQ(again({{"Authorization", "Bearer token-of-another"}}), 0);
}

// --- what the port counts by ---

TEST_F(SharesTest, AnswerSaysWhoseItIs) {
    const auto caller = [this](const std::string& query) {
        return ask("GET", "/v1/status?" + query).caller;
    };
    EXPECT_EQ(caller(""), 0U);
    EXPECT_EQ(caller(kMine), 0U) << "a key that CM has granted nothing is anybody's";
    (void)started(start_by(kMine));
    EXPECT_NE(caller(kMine), 0U);
    EXPECT_EQ(caller(kOther), 0U);
    user = 0;
    EXPECT_NE(caller(""), 0U);
}

}  // namespace
}  // namespace cmagent::ui
