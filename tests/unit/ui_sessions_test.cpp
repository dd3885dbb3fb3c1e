// Rows of contract.md, "Local HTTP API": sessions and conflicts.

#include <algorithm>

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

const char* const kStart = R"({"idp":"mvpd","subject":"home","metadata":{"channel":"News"}})";

TEST_F(ApiTest, AStartWaitsForCmAndIs201) {
    const Answered waiting = ask("POST", "/v1/sessions", kStart);
    EXPECT_EQ(waiting.status, 0);
    EXPECT_EQ(ask("GET", "/v1/sessions").status, 200);  // nobody else waits
    cm_grants();
    const Answered session = later(waiting);
    EXPECT_EQ(session.status, 201);
    EXPECT_EQ(session.fields.at("Location"), "/v1/sessions/" + session.member("id"));
    EXPECT_EQ(session.fields.at("Content-Type"), "application/json");
    EXPECT_FALSE(session.fields.at("ETag").empty());
    EXPECT_EQ(session.member("state"), "active");
    EXPECT_EQ(session.member("channel"), "News");
    EXPECT_EQ(session.member("cmSessionId"), "cm-1");
    EXPECT_EQ(session.member("startedAt").substr(0, 2), "20");
}

TEST_F(ApiTest, TheSubjectIsNeverReturned) {
    const Answered session =
        started(R"({"idp":"mvpd","subject":"secret-home","metadata":{"channel":"News"}})");
    const std::string id = session.member("id");
    for (const Answered& answer :
         {session, ask("GET", "/v1/sessions"), ask("GET", "/v1/sessions/" + id),
          ask("GET", "/v1/status"), ask("GET", "/metrics")}) {
        EXPECT_FALSE(answer.has("secret-home")) << answer.body;
    }
}

TEST_F(ApiTest, StartedAtIsLeftOutWhileTheBoxHasNoClock) {
    core->set_clock(0, {clock.boot_ms()});
    EXPECT_FALSE(started().has("startedAt"));
}

TEST_F(ApiTest, AnApplicationAndAPlayerAreChosenByName) {
    const Answered session =
        started(R"({"idp":"m","subject":"s","application":"news","player":"bedroom"})");
    EXPECT_EQ(session.member("application"), "news");
}

TEST_F(ApiTest, SessionsAreListedInTheOrderOfTheirStart) {
    const std::string first = start_id();
    const std::string second = start_id();
    const Answered list = ask("GET", "/v1/sessions");
    EXPECT_LT(list.body.find(first), list.body.find(second));
}

TEST_F(ApiTest, TheListChangesWithItsSessions) {
    const Answered none = ask("GET", "/v1/sessions");
    EXPECT_EQ(none.body, R"({"sessions":[]})");
    const std::string path = "/v1/sessions/" + start_id();
    const Answered one = ask("GET", "/v1/sessions");
    EXPECT_EQ(one.body, ask("GET", "/v1/sessions").body);
    EXPECT_NE(one.fields.at("ETag"), none.fields.at("ETag"));
    EXPECT_EQ(ask("GET", "/v1/sessions", "", {{"If-None-Match", one.fields.at("ETag")}}).status,
              304);
    (void)ask("PATCH", path, R"({"paused":true})");
    EXPECT_EQ(ask("GET", "/v1/sessions").member("paused"), "true");
    (void)ask("DELETE", path);
    EXPECT_EQ(ask("GET", "/v1/sessions").member("state"), "ended");
    EXPECT_TRUE(ask("GET", "/v1/sessions", "", {{"Accept-Language", "fr"}}).has("La lecture"));
    EXPECT_TRUE(ask("GET", "/v1/sessions").has("Playback"));
}

TEST_F(ApiTest, AnUnknownSessionIs404) {
    for (const char* method : {"GET", "PATCH", "DELETE"}) {
        EXPECT_EQ(ask(method, "/v1/sessions/none", method[0] == 'P' ? "{}" : "").status, 404);
    }
    EXPECT_EQ(ask("POST", "/v1/sessions/none/stopped").member("code"), "no-such-session");
}

TEST_F(ApiTest, ETagAnswersNotModifiedUntilSomethingChanges) {
    const Answered session = started();
    const std::string path = "/v1/sessions/" + session.member("id");
    const std::string tag = session.fields.at("ETag");
    EXPECT_EQ(ask("GET", path, "", {{"If-None-Match", tag}}).status, 304);
    EXPECT_EQ(ask("GET", path, "", {{"If-None-Match", "\"other\", " + tag}}).status, 304);
    EXPECT_EQ(ask("GET", path, "", {{"If-None-Match", "\"other\""}}).status, 200);
    EXPECT_EQ(ask("GET", path, "", {{"If-None-Match", tag}, {"Accept-Language", "fr"}}).status, 200)
        << "another language is another text";
    const Answered changed = ask("PATCH", path, R"({"paused":true})");
    EXPECT_EQ(changed.status, 200);
    EXPECT_NE(changed.fields.at("ETag"), tag);
    EXPECT_EQ(ask("GET", path, "", {{"If-None-Match", tag}}).status, 200);
}

TEST_F(ApiTest, PatchChangesMetadataAndPause) {
    const Answered session = started(kStart);
    const std::string path = "/v1/sessions/" + session.member("id");
    const Answered changed = ask("PATCH", path, R"({"metadata":{"show":"Friends"},"paused":true})");
    EXPECT_EQ(changed.member("show"), "Friends");
    EXPECT_EQ(changed.member("channel"), "News");
    EXPECT_EQ(changed.member("paused"), "true");
}

TEST_F(ApiTest, PatchHonoursIfMatch) {
    const Answered session = started();
    const std::string path = "/v1/sessions/" + session.member("id");
    EXPECT_EQ(ask("PATCH", path, "{}", {{"If-Match", "\"old\""}}).status, 412);
    EXPECT_EQ(ask("PATCH", path, "{}", {{"If-Match", session.fields.at("ETag")}}).status, 200);
    EXPECT_EQ(ask("PATCH", path, "{}", {{"If-Match", "*"}}).status, 200);
}

TEST_F(ApiTest, WhatCmHoldsImmutableCannotBeChanged) {
    const Answered session = started(kStart);
    const std::string path = "/v1/sessions/" + session.member("id");
    const Answered refused = ask("PATCH", path, R"({"metadata":{"channel":"Sports"}})");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.member("code"), "immutable-metadata");
    EXPECT_EQ(ask("PATCH", path, R"({"metadata":{"channel":"News"}})").status, 200);
}

TEST_F(ApiTest, DeleteIs204AtOnceAndAgain) {
    const std::string path = "/v1/sessions/" + start_id();
    EXPECT_EQ(ask("DELETE", path).status, 204);
    EXPECT_EQ(ask("DELETE", path).status, 204);
    const Answered session = ask("GET", path);
    EXPECT_EQ(session.member("state"), "ended");
    EXPECT_EQ(session.member("endReason"), "user");
    EXPECT_EQ(session.member("playback"), "untouched");
    EXPECT_EQ(ask("PATCH", path, "{}").member("code"), "session-ended");
}

TEST_F(ApiTest, TheUiConfirmsAStop) {
    const std::string path = "/v1/sessions/" + start_id();
    pass(55'000);  // a heartbeat goes
    cm_refuses(cm::Meaning::terminated, 410, fixture("410-service-remote-termination"));
    EXPECT_EQ(ask("GET", path).member("state"), "stopping");
    EXPECT_EQ(ask("POST", path + "/stopped").status, 204);
    const Answered session = ask("GET", path);
    EXPECT_EQ(session.member("state"), "ended");
    EXPECT_EQ(session.member("endReason"), "remote-termination");
    EXPECT_EQ(session.member("playback"), "stopped");
    EXPECT_EQ(session.member("applicationName"), "Demo application");
    EXPECT_FALSE(session.has("Unknown"));
    EXPECT_EQ(session.member("message"),
              "Playback was ended by Demo application on another device.");
}

TEST_F(ApiTest, LogoutEndsAllSessionsOfTheSubject) {
    const std::string path = "/v1/sessions/" + start_id();
    EXPECT_EQ(ask("POST", "/v1/logout", R"({"idp":"mvpd","subject":"home"})").status, 204);
    EXPECT_EQ(ask("GET", path).member("endReason"), "logout");
}

// --- refused by CM ---

struct RefusedByCm {
    cm::Meaning meaning;
    int cm_status;
    int status;
    const char* code;
};

class CmRefusals : public ApiTest, public testing::WithParamInterface<RefusedByCm> {};

TEST_P(CmRefusals, HaveTheirProblem) {
    core_settings.on_unreachable = core::OnUnreachable::deny;
    core_settings.reference = false;
    const Answered waiting = ask("POST", "/v1/sessions", kStart);
    cm_refuses(GetParam().meaning, GetParam().cm_status);
    const Answered answer = later(waiting);
    EXPECT_EQ(answer.status, GetParam().status) << answer.body;
    EXPECT_EQ(answer.member("code"), GetParam().code);
    EXPECT_EQ(answer.member("status"), std::to_string(GetParam().status));
    EXPECT_EQ(answer.fields.at("Content-Type"), "application/problem+json");
    EXPECT_FALSE(answer.member("detail").empty());
    EXPECT_EQ(answer.fields.at("Cache-Control"), "no-store");
}

TEST_P(CmRefusals, OfAResolvedConflictAreTheSame) {
    const Answered limit = limited();
    core_settings.on_unreachable = core::OnUnreachable::deny;
    core_settings.reference = false;
    const Answered waiting = ask("POST", "/v1/conflicts/" + limit.member("conflictId"),
                                 R"({"terminate":[")" + limit.member("terminationCode") + "\"]}");
    cm_refuses(GetParam().meaning, GetParam().cm_status);
    EXPECT_EQ(later(waiting).status, GetParam().status);
    EXPECT_EQ(later(waiting).member("code"), GetParam().code);
}

TEST_P(CmRefusals, OfAQuestionAreTheSame) {
    if (GetParam().meaning == cm::Meaning::conflict) return;  // CM does not say so to a GET
    for (const char* target : {"/v1/streams?idp=a&subject=b", "/v1/metadata"}) {
        const Answered waiting = ask("GET", target);
        cm_refuses(GetParam().meaning, GetParam().cm_status);
        EXPECT_EQ(later(waiting).status, GetParam().status) << target;
        EXPECT_EQ(later(waiting).member("code"), GetParam().code);
        EXPECT_EQ(later(waiting).fields.count("Retry-After"),
                  std::string("busy") == GetParam().code);
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, CmRefusals,
    testing::Values(RefusedByCm{cm::Meaning::not_cm, 200, 502, "cm-protocol"},
                    RefusedByCm{cm::Meaning::invalid, 400, 502, "cm-rejected"},
                    RefusedByCm{cm::Meaning::unauthorized, 401, 502, "cm-credentials"},
                    RefusedByCm{cm::Meaning::insecure, 0, 502, "cm-tls"},
                    RefusedByCm{cm::Meaning::unreachable, 503, 503, "cm-unreachable"},
                    RefusedByCm{cm::Meaning::clock_not_set, 0, 503, "clock-not-set"},
                    RefusedByCm{cm::Meaning::unclear, 0, 504, "cm-timeout"},
                    RefusedByCm{cm::Meaning::busy, 0, 503, "busy"},
                    RefusedByCm{cm::Meaning::conflict, 409, 409, "stream-limit"}),
    [](const auto& tested) {
        std::string name = tested.param.code;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

// contract.md, "Problems": who can mend it, and what the viewer reads.
TEST_F(ApiTest, WhoIsToBlameIsNamed) {
    core_settings.on_unreachable = core::OnUnreachable::deny;
    core->configure(core_settings);
    using M = cm::Meaning;
    constexpr auto kOpen = cm::Channel::open;
    constexpr auto kVerified = cm::Channel::verified;
    const struct {
        M meaning;
        cm::Channel channel;
        const char* code;
        const char* blame;
        const char* detail;
    } kRows[] = {
        {M::invalid, kVerified, "cm-rejected", "app",
         "The app has asked for something that the service does not accept."},
        {M::unauthorized, kVerified, "cm-credentials", "operator",
         "The service does not accept this app."},
        {M::not_cm, kVerified, "cm-protocol", "operator",
         "The service gave an unexpected answer. Please try again later."},
        {M::not_cm, kOpen, "cm-protocol", "network",
         "The service gave an unexpected answer. Please check the internet connection."},
        {M::unreachable, kVerified, "cm-unreachable", "operator",
         "The service is not available at the moment. Please try again later."},
        {M::unreachable, kOpen, "cm-unreachable", "network",
         "The service cannot be reached. Please check the internet connection."},
        {M::insecure, kVerified, "cm-tls", "operator",
         "No secure connection to the service is possible."},
        {M::insecure, kOpen, "cm-tls", "network",
         "No secure connection to the service is possible."},
        {M::clock_not_set, kOpen, "clock-not-set", "network",
         "The clock of this device is not set yet. Please try again in a moment."},
        {M::throttled, kVerified, "throttled", "app",
         "Too many attempts. Please try again in 60 seconds."},
    };
    for (const auto& row : kRows) {
        const Answered waiting = ask("POST", "/v1/sessions", kStart);
        cm_says(cm::no_response(row.meaning, {}, row.channel));
        const Answered refused = later(waiting);
        EXPECT_EQ(refused.member("code"), row.code);
        EXPECT_EQ(refused.member("blame"), row.blame) << row.code;
        EXPECT_EQ(refused.member("detail"), row.detail) << row.code;
    }
    EXPECT_EQ(ask("POST", "/v1/sessions", kStart).member("blame"), "app") << "throttled before";
    EXPECT_FALSE(ask("POST", "/v1/sessions", "{}").has("blame")) << "CM was not asked";
}

TEST_F(ApiTest, TheLimitIsTheHouseholds) {
    EXPECT_EQ(limited().member("blame"), "household");
}

TEST_F(ApiTest, AThrottledStartSaysWhenToTryAgain) {
    const Answered waiting = ask("POST", "/v1/sessions", kStart);
    cm::Answer throttled;
    throttled.meaning = cm::Meaning::throttled;
    throttled.status = 429;
    throttled.lifetime_ms = 20'500;
    cm_says(throttled);
    EXPECT_EQ(later(waiting).status, 429);
    EXPECT_EQ(later(waiting).fields.at("Retry-After"), "21");
    EXPECT_EQ(later(waiting).member("detail"),
              "Too many attempts. Please try again in 21 seconds.");

    pass(10'500);
    const Answered at_once = ask("POST", "/v1/sessions", kStart);
    EXPECT_EQ(at_once.status, 429);
    EXPECT_EQ(at_once.fields.at("Retry-After"), "10");
}

TEST_F(ApiTest, MissingMetadataIsNamed) {
    const Answered waiting = ask("POST", "/v1/sessions", R"({"idp":"m","subject":"s"})");
    cm::Answer incomplete;
    incomplete.meaning = cm::Meaning::incomplete;
    incomplete.status = 400;
    incomplete.refresh = true;
    cm_says(incomplete);
    cm_lists(R"(["channel","assetId"])");
    const Answered refused = later(waiting);
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.member("code"), "missing-metadata");
    EXPECT_EQ(refused.member("blame"), "app");
    EXPECT_TRUE(refused.has(R"("missing":["channel","assetId"])"));
}

TEST_F(ApiTest, OneSessionTooManyIsRefused) {
    core_settings.max_sessions = 1;
    (void)started();
    EXPECT_EQ(ask("POST", "/v1/sessions", kStart).member("code"), "too-many-sessions");
}

TEST_F(ApiTest, OnlyTheLastOfSeveralZapsIsStarted) {
    const std::string id = start_id();
    const std::string zap = R"({"idp":"mvpd","subject":"home","replaces":")" + id + "\"}";
    const Answered first = ask("POST", "/v1/sessions", zap);
    const Answered second = ask("POST", "/v1/sessions", zap);
    EXPECT_EQ(later(first).member("code"), "replaced");
    EXPECT_EQ(later(first).status, 409);
    cm_grants();  // the DELETE
    cm_grants();
    EXPECT_EQ(later(second).status, 201);
    EXPECT_EQ(ask("GET", "/v1/sessions/" + id).member("state"), "ended");
}

TEST_F(ApiTest, AnAbandonedStartIsWithdrawn) {
    const Answered waiting = ask("POST", "/v1/sessions", kStart);
    leave(waiting);
    drain();
    cm_grants();
    EXPECT_EQ(later(waiting).status, 0);
    ASSERT_EQ(exchanges.size(), 1U) << "the slot is given back";
    cm::Request request;
    ASSERT_TRUE(core->describe(exchanges[0], request));
    EXPECT_EQ(request.call, cm::Call::end);
}

// --- conflicts ---

TEST_F(ApiTest, AtTheLimitTheUiIsShownItsChoices) {
    const Answered refused = limited();
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.member("code"), "stream-limit");
    const std::string id = refused.member("conflictId");
    EXPECT_EQ(refused.fields.at("Location"), "/v1/conflicts/" + id);
    EXPECT_TRUE(refused.has(R"("violations":[{)"));
    EXPECT_TRUE(refused.has(R"("obligations":[])"));
    EXPECT_TRUE(refused.has(R"("terminationCode":)"));
    EXPECT_FALSE(refused.has("Unknown"));

    const Answered shown = ask("GET", "/v1/conflicts/" + id);
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.body, refused.body);
}

TEST_F(ApiTest, AConflictIsResolvedByAnOfferedCode) {
    const Answered refused = limited();
    const std::string path = "/v1/conflicts/" + refused.member("conflictId");
    const Answered waiting =
        ask("POST", path, R"({"terminate":[")" + refused.member("terminationCode") + "\"]}");
    EXPECT_EQ(waiting.status, 0);
    cm_grants();
    EXPECT_EQ(later(waiting).status, 201);
    EXPECT_EQ(ask("POST", path, R"({"terminate":["x"]})").member("code"), "conflict-over");
    EXPECT_EQ(ask("GET", path).status, 410);
}

TEST_F(ApiTest, AConflictCanBeGivenUp) {
    const std::string path = "/v1/conflicts/" + limited().member("conflictId");
    EXPECT_EQ(ask("DELETE", path).status, 204);
    EXPECT_EQ(ask("GET", path).status, 410);
    EXPECT_EQ(ask("GET", "/v1/conflicts/none").status, 404);
}

// --- Idempotency-Key ---

TEST_F(ApiTest, ARetriedStartGetsTheSameSession) {
    const Fields key = {{"Idempotency-Key", "k1"}};
    const Answered first = ask("POST", "/v1/sessions", kStart, key);
    const Answered second = ask("POST", "/v1/sessions", kStart, key);
    EXPECT_EQ(exchanges.size(), 1U);
    cm_grants();
    EXPECT_EQ(later(first).status, 201);
    EXPECT_EQ(later(second).member("id"), later(first).member("id"));
    const Answered third = ask("POST", "/v1/sessions", kStart, key);
    EXPECT_EQ(third.status, 201);
    EXPECT_EQ(third.member("id"), later(first).member("id"));
    EXPECT_TRUE(exchanges.empty());
}

TEST_F(ApiTest, ARetriedStartGoesOnWhenTheFirstClientHasGone) {
    const Fields key = {{"Idempotency-Key", "k1"}};
    const Answered first = ask("POST", "/v1/sessions", kStart, key);
    const Answered second = ask("POST", "/v1/sessions", kStart, key);
    leave(first);
    cm_grants();
    EXPECT_EQ(later(second).status, 201);
}

TEST_F(ApiTest, AnAbandonedStartIsForgottenWithItsKey) {
    const Fields key = {{"Idempotency-Key", "k1"}};
    const Answered first = ask("POST", "/v1/sessions", kStart, key);
    leave(first);
    drain();
    const Answered second = ask("POST", "/v1/sessions", kStart, key);
    cm_grants();  // the first one, which is given back
    cm_grants();  // … and the second
    EXPECT_EQ(later(second).status, 201);
}

TEST_F(ApiTest, AnEndingAgentStartsNothing) {
    core->handle(core::Shutdown{}, {clock.boot_ms()});
    drain();
    EXPECT_EQ(ask("POST", "/v1/sessions", kStart).member("code"), "shutting-down");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a&subject=b").member("code"), "shutting-down");
}

TEST_F(ApiTest, AKeyIsForOneBodyAndTenMinutes) {
    const Fields key = {{"Idempotency-Key", "k1"}};
    const Answered first = ask("POST", "/v1/sessions", kStart, key);
    cm_grants();
    EXPECT_EQ(ask("POST", "/v1/sessions", R"({"idp":"a","subject":"b"})", key).member("code"),
              "idempotency-mismatch");
    clock.advance(10 * 60'000);
    EXPECT_EQ(ask("POST", "/v1/sessions", kStart, key).status, 0) << "asked of CM again";
}

TEST_F(ApiTest, ARefusedStartMayBeTriedAnewWithItsKey) {
    const Fields key = {{"Idempotency-Key", "k1"}};
    const Answered first = ask("POST", "/v1/sessions", kStart, key);
    cm_refuses(cm::Meaning::conflict, 409);
    EXPECT_EQ(later(first).status, 409);
    const Answered second = ask("POST", "/v1/sessions", kStart, key);
    cm_grants();
    EXPECT_EQ(later(second).status, 201);
}

}  // namespace
}  // namespace cmagent::ui
