// contract.md, "Events": the stream, the long poll, replay and reset.

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

std::uint64_t id_in(const std::string& text) {
    const std::size_t at = text.rfind("id: ");
    return at == std::string::npos ? 0 : std::stoull(text.substr(at + 4));
}

int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
    return found;
}

TEST_F(ApiTest, AListenerHearsTheStoryOfASession) {
    const Answered stream = ask("GET", "/v1/events");
    EXPECT_EQ(stream.status, 200);
    EXPECT_EQ(stream.fields.at("Content-Type"), "text/event-stream");
    ASSERT_TRUE(stream.streams);
    EXPECT_EQ(read(stream), "retry: 2000\n\n");

    const std::string id = start_id();
    EXPECT_FALSE(port.woken.empty());
    const std::string begun = read(stream);
    EXPECT_EQ(count(begun, "event: session-started\ndata: {\"sessionId\":\"" + id), 1) << begun;

    pass(55'000);
    (void)read(stream);
    cm_refuses(cm::Meaning::terminated, 410, fixture("410-service-remote-termination"));
    const std::string stop = read(stream);
    EXPECT_EQ(count(stop, "event: playback-stop"), 1) << stop;
    EXPECT_EQ(count(stop, "\"reason\":\"remote-termination\""), 1);
    EXPECT_EQ(count(stop, "\"terminator\":{\"applicationName\":\"Demo application\""), 1);
    EXPECT_EQ(count(stop, "\"cmMessage\":\"This session was terminated by a remote user\""), 1);
    EXPECT_EQ(count(stop, "Unknown"), 0);

    (void)ask("POST", "/v1/sessions/" + id + "/stopped");
    const std::string ended = read(stream);
    EXPECT_EQ(count(ended, "event: session-ended"), 1);
    EXPECT_EQ(count(ended, "\"playback\":\"stopped\""), 1);
    EXPECT_GT(id_in(ended), id_in(stop));
}

// What stands in for EventSource in browsers that have none can send no field of its own.
TEST_F(ApiTest, PolyfillsSayTheLastIdInTheQuery) {
    (void)started();
    const std::uint64_t heard = id_in(read(ask("GET", "/v1/events?lastEventId=0")));
    EXPECT_GT(heard, 0U) << "another run's id: reset";
    (void)limited();
    const std::string id = std::to_string(heard);
    for (const char* name :
         {"lastEventId", "lastEventID", "Last-Event-ID", "Last-Event-Id", "evs_last_event_id"}) {
        const Answered stream =
            ask("GET", "/v1/events?" + std::string(name) + "=" + id + "&r=4391823&nocache");
        EXPECT_EQ(count(read(stream), "event: conflict\n"), 1) << name;
        leave(stream);
    }
    const Answered empty = ask("GET", "/v1/events?lastEventId=&evs_buffer_size_limit=4096");
    EXPECT_EQ(read(empty), "retry: 2000\n\n") << "nothing was heard yet";
    const Answered native = ask("GET", "/v1/events?lastEventId=1", "", {{"Last-Event-ID", id}});
    EXPECT_EQ(count(read(native), "event: conflict\n"), 1) << "the field is the newer one";
    EXPECT_EQ(count(read(native), "event: reset\n"), 0);
    EXPECT_EQ(ask("GET", "/v1/events?observer=2&x=1").member("field"), "observer");
}

TEST_F(ApiTest, PolyfillsAskForPadding) {
    for (const char* query : {"evs_preamble", "evs_preamble=2056", "lastEventId=&padding=true"}) {
        const Answered stream = ask("GET", "/v1/events?" + std::string(query));
        EXPECT_EQ(read(stream), "retry: 2000\n\n:" + std::string(2056, ' ') + "\n") << query;
        leave(stream);
    }
}

TEST_F(ApiTest, AStreamIsTakenInAnyPortions) {
    const Answered whole = ask("GET", "/v1/events");
    const Answered bits = ask("GET", "/v1/events");
    (void)started();
    (void)limited();
    EXPECT_EQ(read(whole), read(bits, 7));
}

TEST_F(ApiTest, AConflictIsAnEvent) {
    const Answered stream = ask("GET", "/v1/events");
    const std::string id = limited().member("conflictId");
    EXPECT_EQ(count(read(stream), "event: conflict\ndata: {\"conflictId\":\"" + id), 1);
}

TEST_F(ApiTest, WhoComesBackHearsWhatItHasMissed) {
    const Answered stream = ask("GET", "/v1/events");
    (void)started();
    const std::string heard = read(stream);
    leave(stream);
    (void)started();
    (void)started();
    const Answered again =
        ask("GET", "/v1/events", "", {{"Last-Event-ID", std::to_string(id_in(heard))}});
    const std::string missed = read(again);
    EXPECT_EQ(count(missed, "event: session-started"), 2) << missed;
    EXPECT_EQ(count(missed, "event: reset"), 0);
}

TEST_F(ApiTest, WhatIsNoLongerKeptIsReset) {
    (void)started();
    for (const char* id : {"0", "1", "18446744073709551615", "nonsense", "9999999999999999"}) {
        const Answered stream = ask("GET", "/v1/events", "", {{"Last-Event-ID", id}});
        EXPECT_EQ(count(read(stream), "event: reset\ndata: {}\n"), 1) << id;
        leave(stream);
    }
}

TEST_F(ApiTest, AListenerThatIsTooSlowIsReset) {
    const Answered slow = ask("GET", "/v1/events");
    (void)read(slow);
    const std::string path = "/v1/sessions/" + start_id();
    const Answered just_in_time = ask("GET", "/v1/events");
    // With the start itself one more than are kept.
    for (std::size_t i = 0; i < Events::kKept; ++i) (void)ask("PATCH", path, "{}");
    EXPECT_EQ(count(read(just_in_time), "event: session-updated"), int{Events::kKept});
    const std::string text = read(slow);
    EXPECT_EQ(count(text, "event: reset"), 1);
    EXPECT_EQ(count(text, "event: session-updated"), 0);
    (void)ask("PATCH", path, "{}");
    EXPECT_EQ(count(read(slow), "event: session-updated"), 1);
}

TEST_F(ApiTest, IdsOfDifferentRunsDoNotMeet) {
    LocalApi other(*core, clock, port);
    Events one;
    Events two;
    one.begin(0x123456789abcdef0);
    two.begin(0xfedcba9876543210);
    const std::uint64_t distance =
        one.last() > two.last() ? one.last() - two.last() : two.last() - one.last();
    EXPECT_GE(distance, Events::kPerRun);
    one.begin(UINT64_MAX);
    EXPECT_LT(one.last() + Events::kPerRun, std::uint64_t{1} << 53) << "exact in JavaScript";
}

TEST_F(ApiTest, SilenceIsBrokenEvery15Seconds) {
    const Answered stream = ask("GET", "/v1/events");
    (void)read(stream);
    port.woken.clear();
    EXPECT_EQ(api->next_deadline().ms, clock.boot_ms() + 15'000);
    pass(14'999);
    EXPECT_TRUE(port.woken.empty());
    pass(1);
    EXPECT_EQ(port.woken.size(), 1U);
    EXPECT_EQ(read(stream), ": \n\n");
    EXPECT_EQ(api->next_deadline().ms, clock.boot_ms() + 15'000);
}

TEST_F(ApiTest, EightListenAndTheNinthIsRefused) {
    std::vector<Answered> streams;
    for (int i = 0; i < 7; ++i) {
        user = i % 2;  // nobody's share is spent
        streams.push_back(ask("GET", "/v1/events"));
    }
    EXPECT_EQ(ask("GET", "/v1/events?timeoutSeconds=10").status, 0) << "a poll counts too";
    user.reset();
    const Answered ninth = ask("GET", "/v1/events");
    EXPECT_EQ(ninth.status, 503);
    EXPECT_EQ(ninth.member("code"), "too-many-listeners");
    leave(streams[3]);
    EXPECT_EQ(ask("GET", "/v1/events").status, 200);
}

TEST_F(ApiTest, TextsAreInTheListenersLanguage) {
    const Answered french = ask("GET", "/v1/events", "", {{"Accept-Language", "fr-CH, en;q=0.5"}});
    (void)start_id();
    (void)ask("POST", "/v1/logout", R"({"idp":"mvpd","subject":"home"})");
    EXPECT_EQ(count(read(french), "vous avez été déconnecté"), 1);
}

// --- long poll ---

TEST_F(ApiTest, APollGetsWhatIsThereAtOnce) {
    const Answered first = ask("GET", "/v1/events?since=0");
    EXPECT_TRUE(first.has(R"("event":"reset","data":{})")) << first.body;
    const std::string since = first.member("id");
    (void)started();
    const Answered second = ask("GET", "/v1/events?since=" + since + "&timeoutSeconds=30");
    EXPECT_EQ(second.status, 200);
    EXPECT_TRUE(second.has(R"("event":"session-started","data":{"sessionId":)")) << second.body;
}

TEST_F(ApiTest, APollMayAskForAllThatIsKept) {
    EXPECT_EQ(ask("GET", "/v1/events?since=kept&timeoutSeconds=0").body, "[]");
    (void)started();
    (void)ask("GET", "/v1/events?since=0");
    const Answered kept = ask("GET", "/v1/events?since=kept&timeoutSeconds=0");
    EXPECT_TRUE(kept.has("session-started")) << kept.body;
    EXPECT_FALSE(kept.has("reset")) << kept.body;
    EXPECT_EQ(ask("GET", "/v1/events?since=all").status, 422);
}

TEST_F(ApiTest, APollWaitsForTheNextEvent) {
    const Answered waiting = ask("GET", "/v1/events?timeoutSeconds=30");
    EXPECT_EQ(waiting.status, 0);
    (void)started();
    EXPECT_EQ(later(waiting).status, 200);
    EXPECT_TRUE(later(waiting).has("session-started"));
}

TEST_F(ApiTest, APollEndsEmptyAfterItsTime) {
    const Answered waiting = ask("GET", "/v1/events?timeoutSeconds=30");
    EXPECT_EQ(api->next_deadline().ms, clock.boot_ms() + 30'000);
    pass(30'000);
    EXPECT_EQ(later(waiting).status, 200);
    EXPECT_EQ(later(waiting).body, "[]");
}

TEST_F(ApiTest, AnAbandonedPollIsForgotten) {
    const Answered waiting = ask("GET", "/v1/events?timeoutSeconds=30");
    leave(waiting);
    (void)started();
    EXPECT_EQ(later(waiting).status, 0);
}

}  // namespace
}  // namespace cmagent::ui
