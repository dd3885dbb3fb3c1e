#include <gtest/gtest.h>

#include <iterator>

#include "agent/base/names.h"
#include "tests/unit/cm_answering.h"

namespace cmagent::cm {
namespace {

// --- cm-api.md, "What each answer means for the box" ---

TEST(Answer, AcceptedStartGivesItsSessionAndLifetime) {
    const auto made =
        read(Call::start, response(202, kLocation + "Date: Mon, 25 Nov 2024 09:06:12 GMT\r\n"
                                                    "Expires: Mon, 25 Nov 2024 09:07:42 GMT\r\n"));
    const Answer& answer = made->answer;
    EXPECT_EQ(answer.meaning, Meaning::granted);
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.session.view(), "76378b50-4eb0");
    EXPECT_EQ(answer.lifetime_ms, 90'000);
    EXPECT_EQ(answer.body, "");
    EXPECT_FALSE(answer.logout);
    EXPECT_FALSE(answer.refresh);
    EXPECT_EQ(answer.reason, "");
}

TEST(Answer, AnyStatusOfSuccessGrants) {
    for (int status : {200, 201, 202, 204, 299}) {
        EXPECT_EQ(meaning(Call::start, response(status, kLocation)), Meaning::granted) << status;
        EXPECT_EQ(meaning(Call::heartbeat, response(status)), Meaning::granted) << status;
        EXPECT_EQ(meaning(Call::end, response(status)), Meaning::granted) << status;
    }
}

TEST(Answer, ABodyOnASuccessIsReadOver) {
    const auto made =
        read(Call::start, response(202, kJson + kLocation, fixture("success-envelope")));
    EXPECT_EQ(made->answer.meaning, Meaning::granted);
    EXPECT_EQ(made->answer.session.view(), "76378b50-4eb0");
    EXPECT_EQ(made->answer.body, "");
    EXPECT_EQ(meaning(Call::heartbeat, json(200, "not json")), Meaning::granted);
}

TEST(Answer, ListsCarryTheirBody) {
    const std::string body = fixture("running-streams");
    const auto made = read(Call::running_streams, json(200, body));
    EXPECT_EQ(made->answer.meaning, Meaning::listed);
    EXPECT_EQ(made->answer.body, body);
    EXPECT_EQ(read(Call::metadata, json(200, fixture("metadata-demo-app-2")))->answer.meaning,
              Meaning::listed);
}

TEST(Answer, AListWithoutReadableJsonIsNotCms) {
    const struct {
        std::string text;
        const char* reason;
    } kRows[] = {
        {response(200), "no-body"},
        {response(204), "no-body"},
        {json(200, "[1,"), "malformed-json"},
        {json(200, "[" + std::string(kMaxBody, ' ') + "]"), "body-too-long"},
        {html(200), "content-type"},
        {json(200, "7"), "no-list"},
        {json(200, "[7]"), "no-list"},
        {json(200, R"({"status":"error","error":{"code":"X"}})"), "no-list"},
    };
    for (Call call : {Call::running_streams, Call::metadata}) {
        for (const auto& row : kRows) {
            const auto made = read(call, row.text);
            EXPECT_EQ(made->answer.meaning, Meaning::not_cm) << row.reason;
            EXPECT_EQ(made->answer.reason, row.reason);
            EXPECT_EQ(made->answer.body, "");
        }
    }
}

TEST(Answer, ConflictOnStartAndHeartbeat) {
    const std::string body = fixture("409-service-streams");
    for (Call call : {Call::start, Call::heartbeat}) {
        const auto made = read(call, json(409, body));
        EXPECT_EQ(made->answer.meaning, Meaning::conflict);
        EXPECT_EQ(made->answer.status, 409);
        EXPECT_EQ(made->answer.body, body);
    }
}

TEST(Answer, RemoteTerminationInEveryDialect) {
    for (const char* name : {"410-service-remote-termination", "410-guide-remote-termination",
                             "410-wrapped-remote-termination"}) {
        const std::string body = fixture(name);
        const auto made = read(Call::heartbeat, json(410, body));
        EXPECT_EQ(made->answer.meaning, Meaning::terminated) << name;
        EXPECT_EQ(made->answer.body, body);
        EXPECT_EQ(meaning(Call::end, json(410, body)), Meaning::granted) << "it is over: done";
    }
}

TEST(Answer, GoneWithoutABodyHasVanished) {
    EXPECT_EQ(meaning(Call::heartbeat, response(410)), Meaning::vanished);
    EXPECT_EQ(meaning(Call::heartbeat, response(410, kHtml)), Meaning::vanished)
        << "a type of nothing";
}

TEST(Answer, GoneWithABodyThatSaysNothingHasVanished) {
    for (const std::string& body :
         {fixture("410-service-empty"), std::string("{}"), std::string("[]"), std::string("null"),
          std::string("\"\""), std::string(" \r\n"), std::string("7"),
          std::string(R"({"associatedAdvice":null,"obligations":null})"),
          std::string(R"({"associatedAdvice":[{}]})"),
          std::string(R"({"evaluationResult":{"decision":"DENY"}})"),
          std::string(R"({"status":"error","error":{"code":"GONE","message":"Session is gone"},)"
                      R"("evaluationResult":{"decision":"DENY","associatedAdvice":[]}})"),
          std::string(R"({"obligations":[{"id":"o-1","fulfillOn":"DENY"}]})"),
          fixture("400-service-refresh-metadata")}) {
        EXPECT_EQ(meaning(Call::heartbeat, json(410, body)), Meaning::vanished) << body;
    }
    EXPECT_EQ(meaning(Call::heartbeat, response(410, "", "\n")), Meaning::vanished);
    EXPECT_TRUE(
        read(Call::heartbeat, json(410, fixture("400-service-refresh-metadata")))->answer.refresh);
}

// hazards.md 8.
TEST(Answer, GoneWithAnyOtherBodyIsRevoked) {
    for (const std::string& body :
         {fixture("410-service-unknown-advice"),
          std::string("{\"associatedAdvice\":[{\"type\":\"solar-flare\"}]}"),
          fixture("409-service-streams"), fixture("403-service-logout"), std::string("{broken"),
          std::string(kMaxBody + 1, ' ')}) {
        EXPECT_EQ(meaning(Call::heartbeat, json(410, body)), Meaning::revoked)
            << body.substr(0, 40);
    }
}

TEST(Answer, AnUnknownIdHasVanished) {
    EXPECT_EQ(meaning(Call::heartbeat, response(404)), Meaning::vanished);
    EXPECT_EQ(meaning(Call::heartbeat, json(404, "{}")), Meaning::vanished);
}

// hazards.md 10.
TEST(Answer, WhatIsAlreadyOverIsEnded) {
    EXPECT_EQ(meaning(Call::end, response(404)), Meaning::granted);
    EXPECT_EQ(meaning(Call::end, response(410)), Meaning::granted);
    EXPECT_EQ(meaning(Call::end, json(410, "{broken")), Meaning::granted);
}

TEST(Answer, MissingMetadataIsToldByTheObligation) {
    for (const char* name :
         {"400-service-refresh-metadata", "400-service-refresh-metadata-array"}) {
        const auto made = read(Call::start, json(400, fixture(name)));
        EXPECT_EQ(made->answer.meaning, Meaning::incomplete) << name;
        EXPECT_TRUE(made->answer.refresh);
        EXPECT_FALSE(made->answer.logout);
    }
}

TEST(Answer, MissingMetadataConcernsOnlyWhatCarriesThem) {
    for (Call call : {Call::end, Call::running_streams, Call::metadata}) {
        const auto made = read(call, json(400, fixture("400-service-refresh-metadata")));
        EXPECT_EQ(made->answer.meaning, Meaning::invalid);
        EXPECT_FALSE(made->answer.refresh);
    }
}

TEST(Answer, WithoutItTheRequestIsInvalid) {
    for (Call call : kAllCalls) {
        EXPECT_EQ(meaning(call, response(400)), Meaning::invalid);
        EXPECT_EQ(meaning(call, json(400, "{\"associatedAdvice\":[],\"obligations\":[]}")),
                  Meaning::invalid);
        EXPECT_EQ(meaning(call, json(400, "{broken")), Meaning::invalid);
        EXPECT_EQ(meaning(call, json(422, "{}")), Meaning::invalid) << "RFC 9110 §15: as 400";
    }
}

TEST(Answer, ALogoutComesWithAny4xx) {
    const std::string body = fixture("403-service-logout");
    const struct {
        int status;
        Meaning meaning;
    } kRows[] = {{400, Meaning::invalid},      {401, Meaning::unauthorized},
                 {403, Meaning::unauthorized}, {404, Meaning::vanished},
                 {409, Meaning::conflict},     {410, Meaning::revoked},
                 {429, Meaning::throttled}};
    for (const auto& row : kRows) {
        const auto made = read(Call::heartbeat, json(row.status, body));
        EXPECT_EQ(made->answer.meaning, row.meaning);
        EXPECT_TRUE(made->answer.logout) << row.status;
        EXPECT_FALSE(made->answer.refresh);
    }
    EXPECT_FALSE(read(Call::heartbeat, json(500, body))->answer.logout);
    EXPECT_FALSE(read(Call::heartbeat, json(202, body))->answer.logout);
}

TEST(Answer, CredentialsThatAreRefused) {
    for (Call call : kAllCalls) {
        EXPECT_EQ(meaning(call, response(401)), Meaning::unauthorized);
        EXPECT_EQ(meaning(call, json(403, "{}")), Meaning::unauthorized);
    }
}

// hazards.md 11; a gateway in front of CM may add a page of its own.
TEST(Answer, ThrottledByTheStatusAlone) {
    for (Call call : kAllCalls) {
        EXPECT_EQ(meaning(call, response(429)), Meaning::throttled);
        EXPECT_EQ(meaning(call, html(429)), Meaning::throttled);
    }
    const auto made = read(Call::start, response(429,
                                                 "Date: Mon, 25 Nov 2024 09:06:12 GMT\r\n"
                                                 "Expires: Mon, 25 Nov 2024 09:06:33 GMT\r\n"));
    EXPECT_EQ(made->answer.lifetime_ms, 21'000);
}

// RFC 9110 §10.2.3: what a gateway in front of CM says in its own words.
TEST(Answer, PauseOfAThrottleMayStandInRetryAfter) {
    const std::string date = "Date: Mon, 25 Nov 2024 09:06:12 GMT\r\n";
    const struct {
        std::string fields;
        int status;
        std::int64_t life;
    } kRows[] = {
        {"Retry-After: 7\r\n", 429, 7'000},
        {date + "Retry-After: Mon, 25 Nov 2024 09:06:17 GMT\r\n", 429, 5'000},
        {date + "Expires: 0\r\nRetry-After: 9\r\n", 429, 9'000},
        {date + "Expires: Mon, 25 Nov 2024 09:06:33 GMT\r\nRetry-After: 9\r\n", 429, 21'000},
        {"Retry-After: soon\r\n", 429, kUnknownLifetime},
        {"Retry-After: -3\r\n", 429, kUnknownLifetime},
        {"Retry-After: Mon, 25 Nov 2024 09:06:17 GMT\r\n", 429, kUnknownLifetime},
        {"Retry-After: 7\r\n", 202, kUnknownLifetime},
    };
    for (const auto& row : kRows) {
        const auto made = read(Call::heartbeat, response(row.status, row.fields));
        EXPECT_EQ(made->answer.lifetime_ms, row.life) << row.fields;
    }
}

TEST(Answer, AServersFaultDecidesNothing) {
    for (Call call : kAllCalls) {
        for (int status : {500, 501, 502, 503, 504, 599, 600, 999}) {
            const auto made = read(call, html(status));
            const bool refused = status == 501 || status == 503;
            EXPECT_EQ(made->answer.meaning,
                      call == Call::start && !refused ? Meaning::unclear : Meaning::unreachable)
                << status;
            EXPECT_EQ(made->answer.reason, "server-error");
            EXPECT_EQ(made->answer.status, status);
        }
        EXPECT_EQ(meaning(call, json(503, "{}")), Meaning::unreachable);
        EXPECT_EQ(meaning(call, response(408)), Meaning::unreachable);
        EXPECT_EQ(meaning(call, "HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n"),
                  call == Call::start ? Meaning::unclear : Meaning::unreachable);
    }
}

TEST(Answer, AStatusThatTheCallDoesNotKnowIsNotCms) {
    const struct {
        Call call;
        int status;
    } kRows[] = {{Call::start, 404},    {Call::start, 410},    {Call::end, 409},
                 {Call::metadata, 404}, {Call::metadata, 409}, {Call::running_streams, 410},
                 {Call::heartbeat, 101}};
    for (const auto& row : kRows) {
        const auto made = read(row.call, response(row.status));
        EXPECT_EQ(made->answer.meaning, Meaning::not_cm) << row.status;
        EXPECT_EQ(made->answer.reason, "unexpected-status");
        EXPECT_EQ(made->answer.status, row.status);
    }
}

TEST(Meaning, HasAStableName) {
    const struct {
        Meaning meaning;
        const char* name;
    } kRows[] = {
        {Meaning::granted, "granted"},
        {Meaning::listed, "listed"},
        {Meaning::conflict, "conflict"},
        {Meaning::terminated, "terminated"},
        {Meaning::revoked, "revoked"},
        {Meaning::vanished, "vanished"},
        {Meaning::throttled, "throttled"},
        {Meaning::incomplete, "incomplete"},
        {Meaning::invalid, "invalid"},
        {Meaning::unauthorized, "unauthorized"},
        {Meaning::unreachable, "unreachable"},
        {Meaning::unclear, "unclear"},
        {Meaning::not_cm, "not_cm"},
        {Meaning::insecure, "insecure"},
        {Meaning::clock_not_set, "clock_not_set"},
        {Meaning::busy, "busy"},
    };
    for (const auto& row : kRows) EXPECT_EQ(meaning_name(row.meaning), row.name);
}

// A meaning that is new belongs to one of the two, and is added here.
TEST(Meaning, IsCmsOwnWordOrTellsThatCmIsAway) {
    const Meaning kWords[] = {Meaning::granted,     Meaning::listed,     Meaning::conflict,
                              Meaning::terminated,  Meaning::revoked,    Meaning::vanished,
                              Meaning::throttled,   Meaning::incomplete, Meaning::invalid,
                              Meaning::unauthorized};
    const Meaning kOthers[] = {Meaning::unreachable, Meaning::unclear,       Meaning::not_cm,
                               Meaning::insecure,    Meaning::clock_not_set, Meaning::busy};
    static_assert(std::size(kWords) + std::size(kOthers) == kCountOf<Meaning>);
    for (const Meaning meaning : kWords) EXPECT_TRUE(is_word_of_cm(meaning));
    for (const Meaning meaning : kOthers) EXPECT_FALSE(is_word_of_cm(meaning));
    for (const Meaning meaning : kWords) {
        const bool done = meaning == Meaning::granted || meaning == Meaning::listed;
        EXPECT_EQ(is_success(meaning), done) << meaning_name(meaning);
    }
}

}  // namespace
}  // namespace cmagent::cm
