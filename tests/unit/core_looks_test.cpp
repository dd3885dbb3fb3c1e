// The looks at CM that all who ask share: when CM is asked, and what is told meanwhile.

#include "agent/core/looks.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/core/ledgers.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

constexpr const char* kTwo = R"({"runningStreams":[{"sessionId":"a"},{"sessionId":"b"}]})";

struct LooksTest : testing::Test {
    LooksTest() { ledgers->settings = settings.get(); }

    // Whether CM is asked for the account now.
    bool asks(const StreamRequest& account, bool refresh = false) {
        if (looks.known(account, refresh, now) != nullptr) return false;
        if (looks.ask(account, *settings, true, now, ledgers->outbox) == nullptr) return false;
        Action action;
        if (!ledgers->outbox.poll(action)) return false;
        exchange = action.exchange;
        return action.kind == ActionKind::send;
    }
    Look& asked() { return *looks.find(exchange); }
    void answered(const cm::Answer& answer) {
        Looks::answered(asked(), answer, *ledgers->settings, ledgers->random, now);
    }
    void lists(const std::string& text, Millis lifetime) {
        Body body(text);
        cm::Answer answer;
        answer.meaning = cm::Meaning::listed;
        answer.lifetime_ms = lifetime;
        answer.body = body.text;
        answer.list = body.list();
        answered(answer);
    }

    std::unique_ptr<Settings> settings = std::make_unique<Settings>();
    std::unique_ptr<Ledgers> ledgers = std::make_unique<Ledgers>();
    Looks& looks = ledgers->looks;
    Time now{1'000'000};
    ExchangeId exchange = 0;
    StreamRequest viewer = stream_of("viewer");
};

TEST_F(LooksTest, OneIsKeptUntilItsFirstStreamLapses) {
    EXPECT_EQ(looks.find(viewer), nullptr);
    ASSERT_TRUE(asks(viewer));
    EXPECT_EQ(looks.known(viewer, false, now), nullptr) << "the answer is awaited";
    const Look& look = asked();
    lists(kTwo, 20 * kSecond);
    EXPECT_EQ(look.text(), kTwo);
    EXPECT_EQ(look.seen_at, now);
    EXPECT_EQ(look.lapses_at, now + 20 * kSecond);
    std::vector<json::Token> tokens(cm::kMaxBodyTokens);
    std::size_t streams = 0;
    for (const cm::RunningStream& stream : look.streams({tokens.data(), tokens.size()}))
        streams += stream.session_id ? 1 : 0;
    EXPECT_EQ(streams, 2u);
    now = now + (20 * kSecond - 1);
    EXPECT_EQ(looks.known(viewer, false, now), &look);
    EXPECT_FALSE(asks(viewer));
    now = now + 1;
    EXPECT_TRUE(asks(viewer));
    EXPECT_EQ(look.text(), kTwo) << "until the new one is there";
}

struct Life {
    Millis told;
    Millis kept;
};
TEST_F(LooksTest, LivesAtLeastTwoSecondsAndAtMostAQuarterOfAnHour) {
    for (const Life& life : {Life{1, 2 * kSecond}, Life{2 * kSecond, 2 * kSecond},
                             Life{60 * kSecond, 60 * kSecond}, Life{kMinute * 60, kMinute * 15},
                             Life{cm::kUnknownLifetime, kMinute}, Life{0, kMinute}}) {
        ASSERT_TRUE(asks(viewer)) << life.told;
        lists(R"({"runningStreams":[]})", life.told);
        const Look& look = *looks.find(viewer);
        EXPECT_EQ(look.fresh_until, now + life.kept) << life.told;
        EXPECT_EQ(look.lapses_at, life.told > 0 ? now + life.told : kNever) << life.told;
        now = now + life.kept;
    }
}

TEST_F(LooksTest, RefreshedOnesAreAskedForOnceInTwoSeconds) {
    ASSERT_TRUE(asks(viewer, true));
    lists(kTwo, 60 * kSecond);
    now = now + (2 * kSecond - 1);
    EXPECT_FALSE(asks(viewer, true));
    now = now + 1;
    EXPECT_TRUE(asks(viewer, true));
    EXPECT_FALSE(asks(viewer, false)) << "what is there is fresh";
    EXPECT_FALSE(asks(viewer, true)) << "the call in flight is for all";
    EXPECT_EQ(looks.known(viewer, true, now), nullptr) << "its end is awaited";
    now = now + 10 * kSecond;
    EXPECT_FALSE(asks(viewer, true));
}

TEST_F(LooksTest, SessionThatBeginsOrEndsMakesOneOld) {
    StreamRequest news = viewer;
    news.application = 1;
    ASSERT_TRUE(asks(news));
    lists(kTwo, 60 * kSecond);
    const StreamRequest other = stream_of("other");
    looks.outdate(other);
    now = now + 2 * kSecond;
    EXPECT_FALSE(asks(news)) << "another subject's";
    looks.outdate(viewer);
    EXPECT_TRUE(asks(news)) << "another application's may share the policy";
    looks.outdate(viewer);
    lists(kTwo, 60 * kSecond);
    EXPECT_FALSE(asks(news)) << "too early";
    now = now + 2 * kSecond;
    EXPECT_TRUE(asks(news)) << "CM may have answered before the session began";
    lists(kTwo, 60 * kSecond);
    now = now + 2 * kSecond;
    EXPECT_FALSE(asks(news));
}

struct Failure {
    cm::Meaning meaning;
    Refusal refusal;
};
TEST_F(LooksTest, FailureIsToldUntilCmMayBeAskedAgain) {
    for (const Failure& failure : {Failure{cm::Meaning::unreachable, Refusal::cm_unreachable},
                                   Failure{cm::Meaning::unauthorized, Refusal::cm_credentials},
                                   Failure{cm::Meaning::not_cm, Refusal::cm_protocol}}) {
        now = now + kMinute;
        ASSERT_TRUE(asks(viewer));
        lists(kTwo, 60 * kSecond);
        now = now + 2 * kSecond;
        ASSERT_TRUE(asks(viewer, true));
        answered(cm::no_response(failure.meaning, "why"));
        const Look* const look = looks.known(viewer, false, now);
        ASSERT_NE(look, nullptr);
        EXPECT_EQ(look->refusal, failure.refusal);
        EXPECT_EQ(look->reason, "why");
        EXPECT_EQ(look->text(), kTwo) << "what was seen before stays";
    }
}

TEST_F(LooksTest, FailuresAreSpacedByTwoToThirtySeconds) {
    Millis longest = 0;
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(asks(viewer, true));
        answered(cm::no_response(cm::Meaning::unreachable, {}));
        const Millis pause = looks.find(viewer)->call_at - now;
        EXPECT_GE(pause, 2 * kSecond);
        EXPECT_LE(pause, i == 0 ? Pace::kFirstBackoff : Pace::kLongestBackoff);
        longest = pause > longest ? pause : longest;
        now = now + (pause - 1);
        EXPECT_FALSE(asks(viewer, true));
        now = now + 1;
    }
    EXPECT_GT(longest, 25 * kSecond);
}

TEST_F(LooksTest, FailureIsOverWhenCmIsHeardButNoThrottle) {
    ASSERT_TRUE(asks(viewer));
    answered(cm::no_response(cm::Meaning::unreachable, {}));
    looks.hasten(now);
    EXPECT_LE(looks.find(viewer)->call_at, now + 2 * kSecond);
    cm::Answer throttled = cm::no_response(cm::Meaning::throttled, {});
    throttled.lifetime_ms = 21 * kSecond;
    now = now + kMinute;
    ASSERT_TRUE(asks(viewer));
    answered(throttled);
    looks.hasten(now);
    EXPECT_EQ(looks.find(viewer)->call_at, now + 21 * kSecond);
    now = now + kMinute;
    ASSERT_TRUE(asks(viewer));
    lists(kTwo, 60 * kSecond);
    const Time call_at = looks.find(viewer)->call_at;
    looks.hasten(now + kMinute);
    EXPECT_EQ(looks.find(viewer)->call_at, call_at);
}

TEST_F(LooksTest, ThrottleIsWaitedOut) {
    cm::Answer throttled = cm::no_response(cm::Meaning::throttled, {});
    throttled.lifetime_ms = 21 * kSecond;
    ASSERT_TRUE(asks(viewer));
    answered(throttled);
    EXPECT_EQ(looks.known(viewer, true, now)->refusal, Refusal::throttled);
    EXPECT_EQ(looks.find(viewer)->call_at, now + 21 * kSecond);
    now = now + 21 * kSecond;
    ASSERT_TRUE(asks(viewer));
    answered(throttled);
    EXPECT_EQ(looks.find(viewer)->call_at, now + 60 * kSecond) << "as after every second 429";
}

TEST_F(LooksTest, EachAccountHasItsOwn) {
    StreamRequest news = viewer;
    news.application = 1;
    ASSERT_TRUE(settings->applications[1].id.assign("news-app"));
    ASSERT_TRUE(asks(viewer));
    ASSERT_TRUE(asks(news));
    cm::Request request;
    ASSERT_TRUE(looks.describe(exchange, *settings, request));
    EXPECT_EQ(request.call, cm::Call::running_streams);
    EXPECT_EQ(request.application_id, "news-app");
    EXPECT_EQ(request.idp, "acme");
    EXPECT_EQ(request.subject, "viewer");
    ASSERT_TRUE(asks(stream_of("viewer", "other")));
    for (const ExchangeId nobodys : {0u, 0xffu, exchange + 0x100u})
        EXPECT_FALSE(looks.describe(nobodys, *settings, request)) << nobodys;
}

TEST_F(LooksTest, FifthTakesThePlaceOfTheOneWhoseTurnWasFirst) {
    for (const char* subject : {"a", "b", "c", "d"}) {
        ASSERT_TRUE(asks(stream_of(subject))) << subject;
        if (*subject != 'a') lists(kTwo, 60 * kSecond);
    }
    EXPECT_FALSE(asks(viewer)) << "all were asked for just now";
    now = now + 2 * kSecond;
    ASSERT_TRUE(asks(stream_of("b"), true));
    lists(kTwo, 60 * kSecond);
    ASSERT_TRUE(asks(viewer));
    EXPECT_EQ(looks.find(stream_of("c")), nullptr);
    for (const char* subject : {"a", "b", "d"})
        EXPECT_NE(looks.find(stream_of(subject)), nullptr) << subject;
    EXPECT_EQ(asked().seen_at, kNever);
    EXPECT_EQ(asked().text(), "") << "nobody sees another's streams";
}

TEST_F(LooksTest, LogoutForgetsTheSubject) {
    StreamRequest news = viewer;
    news.application = 1;
    ASSERT_TRUE(asks(viewer));
    lists(kTwo, 60 * kSecond);
    const char* const body = looks.find(viewer)->body;
    ASSERT_TRUE(asks(news));
    ASSERT_TRUE(asks(stream_of("other")));
    looks.forget({"acme", "viewer", 1}, ledgers->queries, ledgers->outbox);
    EXPECT_EQ(looks.find(viewer), nullptr);
    EXPECT_EQ(std::string(body, 4), std::string(4, '\0')) << "not even in memory";
    EXPECT_NE(looks.find(news), nullptr);
    Action action;
    EXPECT_FALSE(ledgers->outbox.poll(action));
    looks.forget({"acme", "viewer"}, ledgers->queries, ledgers->outbox);
    EXPECT_EQ(looks.find(news), nullptr);
    EXPECT_NE(looks.find(stream_of("other")), nullptr);
    ASSERT_TRUE(ledgers->outbox.poll(action));
    EXPECT_EQ(action.kind, ActionKind::cancel);
}

TEST_F(LooksTest, SessionsOwnLookUpRenewsOne) {
    Body body(R"({"runningStreams":[]})");
    cm::Answer answer;
    answer.meaning = cm::Meaning::listed;
    answer.lifetime_ms = 10 * kSecond;
    answer.body = body.text;
    answer.list = body.list();
    looks.learn(viewer, answer, now);
    EXPECT_EQ(looks.find(viewer), nullptr) << "nobody has asked";
    ASSERT_TRUE(asks(viewer));
    lists(kTwo, 60 * kSecond);
    now = now + kSecond;
    looks.learn(viewer, answer, now);
    EXPECT_EQ(looks.find(viewer)->seen_at, now);
    EXPECT_EQ(looks.find(viewer)->text(), body.text);
    looks.learn(viewer, cm::no_response(cm::Meaning::unreachable, {}), now);
    EXPECT_EQ(looks.find(viewer)->refusal, Refusal::none);
}

}  // namespace
}  // namespace cmagent::core
