#include "agent/cm/answer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "agent/cm/advice.h"

namespace cmagent::cm {
namespace {

constexpr Call kAllCalls[] = {Call::start, Call::heartbeat, Call::end, Call::running_streams,
                              Call::metadata};

std::string fixture(const std::string& name) {
    std::ifstream file(std::string(FIXTURES) + "/" + name + ".json");
    EXPECT_TRUE(file.is_open()) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

// A response, and what it says.
struct Read {
    std::vector<char> bytes = std::vector<char>(kMaxBody);
    std::vector<json::Token> tokens = std::vector<json::Token>(kMaxBodyTokens);
    ResponseReader response{{bytes.data(), bytes.size()}};
    Answer answer;
};

std::unique_ptr<Read> read(Call call, const std::string& text, bool ends = false) {
    auto made = std::make_unique<Read>();
    (void)made->response.feed(text.data(), text.size());
    if (ends) made->response.feed_end();
    made->answer = read_answer(call, made->response, {made->tokens.data(), made->tokens.size()});
    return made;
}

std::string response(int status, const std::string& fields = "", const std::string& body = "") {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
const std::string kJson = "Content-Type: application/json;charset=UTF-8\r\n";
const std::string kHtml = "Content-Type: text/html\r\n";
const std::string kLocation = "Location: 76378b50-4eb0\r\n";
std::string json(int status, const std::string& body) {
    return response(status, kJson, body);
}
std::string html(int status) {
    return response(status, kHtml + kLocation, "<html></html>");
}

Meaning meaning(Call call, const std::string& text) {
    return read(call, text)->answer.meaning;
}

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
    EXPECT_FALSE(answer.missing_location);
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

// hazards.md 8.
TEST(Answer, GoneWithAnyOtherBodyIsRevoked) {
    for (const std::string& body :
         {std::string("{}"), std::string("{\"associatedAdvice\":[{\"type\":\"solar-flare\"}]}"),
          fixture("409-service-streams"), std::string("{broken"), std::string(" "),
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

TEST(Answer, AServersFaultDecidesNothing) {
    for (Call call : kAllCalls) {
        for (int status : {500, 501, 502, 503, 504, 599}) {
            const auto made = read(call, html(status));
            EXPECT_EQ(made->answer.meaning, Meaning::unreachable) << status;
            EXPECT_EQ(made->answer.reason, "server-error");
            EXPECT_EQ(made->answer.status, status);
        }
        EXPECT_EQ(meaning(call, json(503, "{}")), Meaning::unreachable);
        EXPECT_EQ(meaning(call, response(408)), Meaning::unreachable);
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

// --- contract.md, "Reading a 409" ---

TEST(Reading409, AJsonTypeOrNoBodyIsADenialWhateverTheBody) {
    for (const std::string& body : {std::string("{broken"), std::string("null"), std::string(" "),
                                    fixture("409-guide-no-conflicts")}) {
        const auto made = read(Call::start, json(409, body));
        EXPECT_EQ(made->answer.meaning, Meaning::conflict);
        EXPECT_EQ(made->answer.body, body);
    }
    EXPECT_EQ(meaning(Call::start, response(409)), Meaning::conflict);
    EXPECT_EQ(meaning(Call::start, response(409, kHtml)), Meaning::conflict) << "no body";
    const auto made = read(Call::start, json(409, "{" + std::string(kMaxBody, ' ') + "}"));
    EXPECT_EQ(made->answer.meaning, Meaning::conflict);
    EXPECT_EQ(made->answer.body, "") << "over 64 KiB: no choices";
}

TEST(Reading409, EveryJsonTypeCounts) {
    for (const char* type : {"application/json", "APPLICATION/JSON",
                             "application/json; charset=utf-8", "application/json ;x", "text/json",
                             "application/problem+json", "application/vnd.cm.v2+JSON;v=1"}) {
        EXPECT_TRUE(is_json_type(type)) << type;
        const auto made =
            read(Call::start, response(409, "Content-Type: " + std::string(type) + "\r\n", "{}"));
        EXPECT_EQ(made->answer.meaning, Meaning::conflict) << type;
    }
    for (const char* type :
         {"", ";", "text/html", "text/plain", "application/jsonp", "application/xml",
          "application/json+xml", "+json", "json", "application/octet-stream"}) {
        EXPECT_FALSE(is_json_type(type)) << type;
    }
}

TEST(Reading409, AnotherTypeWithABodyIsNotCms) {
    for (const char* type : {"text/html", "text/plain", "application/octet-stream"}) {
        const auto made =
            read(Call::start, response(409, "Content-Type: " + std::string(type) + "\r\n", "{}"));
        EXPECT_EQ(made->answer.meaning, Meaning::not_cm) << type;
        EXPECT_EQ(made->answer.reason, "content-type");
        EXPECT_EQ(made->answer.body, "");
    }
}

// RFC 9110 §8.3: without a type the data may be examined.
TEST(Reading409, WithoutATypeTheBodyIsLookedAt) {
    EXPECT_EQ(meaning(Call::start, response(409, "", " \r\n{broken")), Meaning::conflict);
    EXPECT_EQ(meaning(Call::start, response(409, "", "[]")), Meaning::conflict);
    EXPECT_EQ(meaning(Call::start, response(409, "", "<html>")), Meaning::not_cm);
    EXPECT_EQ(meaning(Call::start, response(409, "", "  ")), Meaning::not_cm);
}

// --- hazards.md 6: a captive portal ---

TEST(CaptivePortal, IsNeverTakenForCm) {
    for (Call call : kAllCalls) {
        for (int status : {200, 202, 302, 307, 400, 401, 403, 404, 409, 410, 511}) {
            const auto made = read(call, html(status));
            EXPECT_EQ(made->answer.meaning, Meaning::not_cm) << call_name(call) << status;
            EXPECT_TRUE(made->answer.session.empty());
        }
        EXPECT_EQ(meaning(call, json(302, "{}")), Meaning::not_cm) << "redirects are not followed";
        EXPECT_EQ(read(call, response(302, kLocation))->answer.reason, "redirect");
        EXPECT_EQ(read(call, json(511, "{}"))->answer.reason, "captive-portal");
    }
}

// --- hazards.md 1 to 3: life times ---

TEST(Lifetime, IsExpiresMinusDateOfTheSameAnswer) {
    const std::string date = "Date: Mon, 25 Nov 2024 09:06:12 GMT\r\n";
    const struct {
        std::string fields;
        std::int64_t lifetime_ms;
    } kRows[] = {
        {"", kUnknownLifetime},
        {date, kUnknownLifetime},
        {"Expires: Mon, 25 Nov 2024 09:07:12 GMT\r\n", kUnknownLifetime},
        {date + "Expires: Mon, 25 Nov 2024 09:07:12 GMT\r\n", 60'000},
        {date + "Expires: Fri, 25-Nov-24 09:07:12 GMT\r\n", 60'000},
        {date + "Expires: Mon Nov 25 09:07:12 2024\r\n", 60'000},
        {date + date + "Expires: Mon, 25 Nov 2024 09:07:12 GMT\r\n", 60'000},
        {date + "Expires: Mon, 25 Nov 2024 09:06:13 GMT\r\n", 1'000},
        {date + "Expires: Mon, 25 Nov 2024 09:06:12 GMT\r\n", kUnknownLifetime},
        {date + "Expires: Mon, 25 Nov 2024 09:06:03 GMT\r\n", kUnknownLifetime},
        {date + "Expires: 0\r\n", kUnknownLifetime},
        {date + "Expires: -1\r\n", kUnknownLifetime},
        {"Date: yesterday\r\nExpires: Mon, 25 Nov 2024 09:07:12 GMT\r\n", kUnknownLifetime},
        {date + "Expires: Tue, 25 Nov 2025 09:06:12 GMT\r\n", 365 * 86'400'000LL},
    };
    for (const auto& row : kRows) {
        const auto made = read(Call::heartbeat, response(202, row.fields));
        EXPECT_EQ(made->answer.meaning, Meaning::granted);
        EXPECT_EQ(made->answer.lifetime_ms, row.lifetime_ms) << row.fields;
    }
}

// --- hazards.md 13 and 15: Location ---

TEST(Location, ItsLastSegmentIsTheSession) {
    const std::string longest(kMaxSessionId, 'x');
    const struct {
        std::string location;
        std::string session;
    } kRows[] = {
        {"76378b50-4eb0-43b4", "76378b50-4eb0-43b4"},
        {"AZaz09._~-", "AZaz09._~-"},
        {"/v2/sessions/idp/subject/id", "id"},
        {"https://cm.example/v2/sessions/idp/subject/id", "id"},
        {"https://cm.example/id?x=a/b#c/d", "id"},
        {"//cm.example/id", "id"},
        {"/v2//sessions//id", "id"},
        {"../../id", "id"},
        {longest, longest},
        {"", ""},
        {"/", ""},
        {"id/", ""},
        {".", ""},
        {"..", ""},
        {"a/..", ""},
        {"...", "..."},
        {"https://cm.example", ""},
        {"https://cm.example/", ""},
        {"//cm.example", ""},
        {"a b", ""},
        {"a%2fb", ""},
        {"a\r\nX: y", ""},
        {"\xC3\xA9", ""},
        {"a:b", ""},
        {longest + "x", ""},
    };
    for (const auto& row : kRows)
        EXPECT_EQ(session_id_in(row.location), row.session) << row.location;
}

TEST(Location, WithoutAUsableOneTheOutcomeIsUnclear) {
    for (const char* field : {"", "Location: \r\n", "Location: ..\r\n", "Location: a b\r\n"}) {
        const auto made = read(Call::start, response(202, field));
        EXPECT_EQ(made->answer.meaning, Meaning::unclear) << field;
        EXPECT_TRUE(made->answer.missing_location);
        EXPECT_EQ(made->answer.status, 202);
        EXPECT_EQ(made->answer.reason, "no-session-id");
        EXPECT_TRUE(made->answer.session.empty());
    }
    EXPECT_EQ(meaning(Call::heartbeat, response(202)), Meaning::granted) << "only a start needs it";
}

// --- responses that do not come to their end (hazards.md 8, 13, 14) ---

TEST(BrokenOff, WithoutAnAnswerAStartIsUnclearAndTheRestUnreachable) {
    const std::string half = "HTTP/1.1 202 Accepted\r\nLocation: a\r\nContent-Length: 5\r\n\r\n{";
    for (const std::string& text : {half, half.substr(0, 10), std::string()}) {
        for (Call call : kAllCalls) {
            const auto cut = read(call, text, true);
            EXPECT_EQ(cut->answer.meaning,
                      call == Call::start ? Meaning::unclear : Meaning::unreachable);
            EXPECT_EQ(cut->answer.reason, "truncated");
            EXPECT_FALSE(cut->answer.missing_location);
            EXPECT_EQ(cut->answer.status, 0);
            EXPECT_EQ(read(call, text)->answer.reason, "timed-out");
        }
    }
}

TEST(BrokenOff, ARefusalOfJsonTypeStillCounts) {
    const auto cut = [](int status) {
        return "HTTP/1.1 " + std::to_string(status) +
               " x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n";
    };
    for (bool ends : {true, false}) {
        EXPECT_EQ(read(Call::start, cut(409) + "{\"a", ends)->answer.meaning, Meaning::conflict);
        EXPECT_EQ(read(Call::start, cut(409) + "{\"a", ends)->answer.body, "");
        EXPECT_EQ(read(Call::heartbeat, cut(410), ends)->answer.meaning, Meaning::revoked);
        EXPECT_EQ(read(Call::end, cut(404), ends)->answer.meaning, Meaning::granted);
        EXPECT_EQ(read(Call::start, cut(500), ends)->answer.meaning, Meaning::unclear);
    }
    const auto chunk = read(Call::heartbeat,
                            "HTTP/1.1 410 x\r\nContent-Type: text/json\r\n"
                            "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nnonsense\r\n");
    EXPECT_EQ(chunk->answer.meaning, Meaning::revoked);
    EXPECT_EQ(
        read(Call::heartbeat, "HTTP/1.1 410 x\r\nContent-Length: 2\r\n\r\n{", true)->answer.meaning,
        Meaning::unreachable)
        << "nothing says that CM spoke";
}

TEST(BrokenOff, WhatIsUnreadableIsNotCms) {
    const struct {
        const char* text;
        const char* reason;
    } kRows[] = {
        {"SSH-2.0-OpenSSH\r\n", "not-http"},
        {"HTTP/1.1 202 Accepted\r\nno field\r\n\r\n", "bad-header"},
        {"HTTP/1.1 202 x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
         "conflicting-framing"},
        {"HTTP/1.1 202 x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", "bad-chunk"},
    };
    for (Call call : kAllCalls) {
        for (const auto& row : kRows) {
            const auto made = read(call, row.text);
            EXPECT_EQ(made->answer.meaning, Meaning::not_cm) << row.text;
            EXPECT_EQ(made->answer.reason, row.reason);
        }
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
    };
    for (const auto& row : kRows) EXPECT_EQ(meaning_name(row.meaning), row.name);
}

}  // namespace
}  // namespace cmagent::cm
