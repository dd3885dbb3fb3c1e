#include <gtest/gtest.h>

#include "tests/call_name.h"
#include "tests/unit/cm_answering.h"

namespace cmagent::cm {
namespace {

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
    for (const char* type :
         {"application/json", "APPLICATION/JSON", "application/json; charset=utf-8",
          "application/json ;x", "text/json", "application/problem+json",
          "application/vnd.cm.v2+JSON;v=1", "application/json charset=utf-8",
          "application/json, application/json", "application/json\t;x"}) {
        EXPECT_TRUE(is_json_type(type)) << type;
        const auto made =
            read(Call::start, response(409, "Content-Type: " + std::string(type) + "\r\n", "{}"));
        EXPECT_EQ(made->answer.meaning, Meaning::conflict) << type;
    }
    for (const char* type : {"", ";", ",application/json", "application/ json", "text/html",
                             "text/plain", "application/jsonp", "application/xml",
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
    EXPECT_EQ(meaning(Call::start, response(409, "", "\xEF\xBB\xBF{}")), Meaning::conflict);
    EXPECT_EQ(meaning(Call::start, response(409, "", "<html>")), Meaning::not_cm);
    EXPECT_EQ(meaning(Call::start, response(409, "", " \r\n")), Meaning::conflict) << "no body";
    EXPECT_EQ(meaning(Call::start, response(409, kHtml, " \r\n")), Meaning::not_cm);
    EXPECT_EQ(meaning(Call::start, response(409, "", std::string(kMaxBody + 1, ' '))),
              Meaning::not_cm)
        << "nobody knows what it is";
}

// --- hazards.md 6: a captive portal ---

TEST(CaptivePortal, IsNeverTakenForCm) {
    for (Call call : kAllCalls) {
        for (int status : {200, 302, 307, 400, 401, 403, 404, 409, 410, 511}) {
            const std::string page = response(status, kHtml, "<html></html>");
            const auto made = read(call, page, false, Channel::open);
            const bool open = call == Call::start && status == 200;
            EXPECT_EQ(made->answer.meaning, open ? Meaning::unclear : Meaning::not_cm)
                << call_name(call) << status;
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
        {date + "Expires: Mon, 25-Nov-2024 10:07:12 +0100\r\n", 60'000},
        {date + "Expires: 2024-11-25T09:07:12Z\r\n", 60'000},
        {date + "Expires: Mon, 25 Nov 2024\r\n\t09:07:12 GMT\r\n", 60'000},
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
        {"id/", "id"},
        {"https://cm.example/v2/id//?x=y", "id"},
        {"//", ""},
        {"76378b50%2D4eb0", ""},
        {"id;jsessionid=1", ""},
        {".", ""},
        {"..", ""},
        {"a/..", ""},
        {"a/../", ""},
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
        EXPECT_EQ(made->answer.otherwise, Meaning::not_cm);
        EXPECT_EQ(made->answer.status, 202);
        EXPECT_EQ(made->answer.reason, "no-session-id");
        EXPECT_TRUE(made->answer.session.empty());
    }
    EXPECT_EQ(meaning(Call::heartbeat, response(202)), Meaning::granted) << "only a start needs it";
}

// --- contract.md, "Outcome unknown" ---

// Whatever else CM's answer to a start says, and however it breaks off.
TEST(OutcomeUnknown, Hazard32ASessionThatCmNamesIsGranted) {
    const std::string accepted = "HTTP/1.1 202 Accepted\r\n" + kLocation;
    const std::string untyped(kMaxBody + 1, 'x');
    const std::string kTexts[] = {
        response(202, kLocation + kHtml, "<html></html>"),
        response(202, kLocation + "Content-Type: text/plain\r\n", "Accepted"),
        response(202, kLocation, "Accepted"),
        response(201, kLocation + kHtml, "<html></html>"),
        response(202, kLocation, untyped),
        accepted + "Content-Length: 5\r\n\r\n{",
        accepted + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
        accepted + "Content-Length: much\r\n\r\n{}",
        "HTTP/1.1 202 x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n" + kLocation +
            "\r\n",
        accepted + "Transfer-Encoding: gzip\r\n\r\n{}",
        accepted + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        accepted + "\r\nuntil the end, which is not seen",
        response(202, "Location: https://cm.example/v2/sessions/a/b/76378b50-4eb0/?x=y\r\n"),
    };
    for (const std::string& text : kTexts) {
        for (const bool ends : {false, true}) {
            for (const Channel channel : {Channel::open, Channel::verified}) {
                const auto made = read(Call::start, text, ends, channel);
                EXPECT_EQ(made->answer.meaning, Meaning::granted) << text.substr(0, 200);
                EXPECT_EQ(made->answer.session.view(), "76378b50-4eb0");
                EXPECT_EQ(made->answer.reason, "");
            }
        }
    }
}

// CM says that it has not carried the request out, or somebody says so in its place.
TEST(OutcomeUnknown, Hazard32AStatusThatRefusesDecides) {
    for (const int status : {300, 302, 307, 400, 401, 403, 404, 405, 408, 409,
                             410, 413, 421, 425, 429, 499, 501, 503, 505, 511}) {
        const std::string head = "HTTP/1.1 " + std::to_string(status) + " x\r\n";
        for (const std::string& text :
             {response(status), json(status, "{}"), html(status),
              head + "Content-Length: 9\r\n\r\n{", head + kHtml + "Content-Length: 9\r\n\r\n",
              head + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
              head + "Content-Length: none\r\n\r\n"}) {
            const auto made = read(Call::start, text, true);
            EXPECT_NE(made->answer.meaning, Meaning::unclear) << text;
            EXPECT_NE(made->answer.meaning, Meaning::granted) << text;
            EXPECT_EQ(made->answer.status, status);
        }
    }
}

// Everything else: why the start is refused where CM turns out not to have taken it.
TEST(OutcomeUnknown, Hazard32AnythingElseLeavesItOpen) {
    const struct {
        std::string text;
        Meaning otherwise;
        const char* reason;
    } kRows[] = {
        {"", Meaning::unclear, "truncated"},
        {"HTTP/1.1 2", Meaning::unclear, "truncated"},
        {"HTTP/1.1 202 Accepted\r\nLocation: a\r\n", Meaning::unclear, "truncated"},
        {"HTTP/1.1 100 x\r\n\r\n", Meaning::unclear, "truncated"},
        {"SSH-2.0-OpenSSH\r\n", Meaning::not_cm, "not-http"},
        {"\x15\x03\x03", Meaning::not_cm, "not-http"},
        {"HTTP/1.1 202 x\r\n no field\r\n" + kLocation + "\r\n", Meaning::not_cm, "bad-header"},
        {"HTTP/1.1 202 x\r\n" + kLocation + "X: " + std::string(kMaxHead, 'x') + "\r\n\r\n",
         Meaning::not_cm, "head-too-long"},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n", Meaning::not_cm, "unexpected-status"},
        {response(202), Meaning::not_cm, "no-session-id"},
        {html(200).replace(html(200).find(kLocation), kLocation.size(), ""), Meaning::not_cm,
         "no-session-id"},
        {response(500), Meaning::unreachable, "server-error"},
        {html(502), Meaning::unreachable, "server-error"},
        {json(504, "{}"), Meaning::unreachable, "server-error"},
        {response(599), Meaning::unreachable, "server-error"},
        {"HTTP/1.1 500 x\r\nContent-Length: 9\r\n\r\n{", Meaning::unreachable, "server-error"},
    };
    for (const auto& row : kRows) {
        const auto made = read(Call::start, row.text, true);
        EXPECT_EQ(made->answer.meaning, Meaning::unclear) << row.text.substr(0, 200);
        EXPECT_EQ(meaning_name(made->answer.otherwise), meaning_name(row.otherwise)) << row.text;
        EXPECT_EQ(made->answer.reason, row.reason);
        EXPECT_TRUE(made->answer.session.empty());
    }
}

// A heartbeat and an end that have succeeded have done so, too; a list has to be whole.
TEST(OutcomeUnknown, Hazard32ASuccessCountsHoweverItBreaksOff) {
    const std::string times =
        "Date: Mon, 25 Nov 2024 09:06:12 GMT\r\n"
        "Expires: Mon, 25 Nov 2024 09:07:12 GMT\r\n";
    const std::string kTexts[] = {
        response(202, kHtml, "<html></html>"),
        response(202, times, "Accepted"),
        "HTTP/1.1 202 x\r\n" + times + "Content-Length: 5\r\n\r\n{",
        "HTTP/1.1 200 x\r\n" + kJson + "Content-Length: 5\r\n\r\n{",
        "HTTP/1.1 202 x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 202 x\r\n" + times + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n"};
    for (const std::string& text : kTexts) {
        for (const Call call : {Call::heartbeat, Call::end})
            EXPECT_EQ(read(call, text, true)->answer.meaning, Meaning::granted) << text;
        const auto made = read(Call::heartbeat, text, true);
        EXPECT_EQ(made->answer.lifetime_ms,
                  text.find(times) == std::string::npos ? kUnknownLifetime : 60'000);
        for (const Call call : {Call::running_streams, Call::metadata})
            EXPECT_NE(read(call, text, true)->answer.meaning, Meaning::listed) << text;
    }
    EXPECT_EQ(meaning(Call::heartbeat, html(200)), Meaning::not_cm) << "a page is none of CM's";
}

// --- responses that do not come to their end (hazards.md 8, 13, 14) ---

TEST(BrokenOff, WithoutAnAnswerAStartIsUnclearAndTheRestUnreachable) {
    for (const char* text : {"HTTP/1.1 202 Accepted\r\nLocation: a\r\n", "HTTP/1.1 2", ""}) {
        for (Call call : kAllCalls) {
            const auto cut = read(call, text, true);
            EXPECT_EQ(cut->answer.meaning,
                      call == Call::start ? Meaning::unclear : Meaning::unreachable);
            EXPECT_EQ(cut->answer.reason, "truncated");
            EXPECT_EQ(cut->answer.otherwise, Meaning::unclear);
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
        {"HTTP/1.1 202 Accepted\r\n no field\r\n\r\n", "bad-header"},
        {"HTTP/1.1 302 x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
         "conflicting-framing"},
        {"HTTP/1.1 302 x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", "bad-chunk"},
    };
    for (Call call : kAllCalls) {
        if (call == Call::start) continue;  // OutcomeUnknown
        for (const auto& row : kRows) {
            const auto made = read(call, row.text);
            EXPECT_EQ(made->answer.meaning, Meaning::not_cm) << row.text;
            EXPECT_EQ(made->answer.reason, row.reason);
        }
    }
}

}  // namespace
}  // namespace cmagent::cm
