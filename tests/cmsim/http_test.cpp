// Reading requests, finding the call in them, and writing answers.

#include "tests/cmsim/http.h"

#include <gtest/gtest.h>

#include "tests/cmsim/call.h"

namespace cmagent::cmsim {
namespace {

constexpr const char* kDemoApp = "Authorization: Basic ZGVtby1hcHA6\r\n";  // of cm-api.md

Reading take(std::string bytes, Request& request) {
    return take_request(bytes, request);
}
Reading take(std::string bytes) {
    Request ignored;
    return take(std::move(bytes), ignored);
}

// --- requests ---

TEST(TakeRequest, TakesOneRequestAndLeavesTheNext) {
    std::string bytes =
        "POST /a?b HTTP/1.1\r\nHOST: h\r\nContent-Length: 3\r\nX-A:  b c \r\n\r\nabcGET ";
    Request request;
    EXPECT_EQ(take_request(bytes, request), Reading::complete);
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a?b");
    EXPECT_EQ(request.body, "abc");
    ASSERT_NE(request.header("x-a"), nullptr);
    EXPECT_EQ(*request.header("x-a"), "b c");
    EXPECT_EQ(request.header("x-b"), nullptr);
    EXPECT_FALSE(request.last);
    EXPECT_EQ(bytes, "GET ");
}

TEST(TakeRequest, WaitsForEveryByte) {
    const std::string whole = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_EQ(take(whole.substr(0, size)), Reading::incomplete) << size;
    }
    EXPECT_EQ(take(whole), Reading::complete);
}

TEST(TakeRequest, SeesThatTheClientWillClose) {
    Request request;
    EXPECT_EQ(take("GET / HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n", request),
              Reading::complete);
    EXPECT_TRUE(request.last);
}

TEST(TakeRequest, RefusesWhatNoClientShouldSend) {
    const char* const malformed[] = {
        "GET /\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: h\r\n\r\n",
        "GET x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nA: \x01\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\na",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\n\r\na",
        "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    };
    for (const char* bytes : malformed) EXPECT_EQ(take(bytes), Reading::malformed) << bytes;
    EXPECT_EQ(take(std::string(kMaxRequestHead + 1, 'a')), Reading::malformed);
}

// --- calls ---

CallOrStatus call_of(const std::string& line, const std::string& headers,
                     const std::string& body = "") {
    Request request;
    const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
    const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
    EXPECT_EQ(
        take(line + " HTTP/1.1\r\nHost: h\r\n" + headers + length +
                 (body.empty() || headers.find("Content-Type") != std::string::npos ? "" : form) +
                 "\r\n" + body,
             request),
        Reading::complete);
    return read_call(request, "/v2");
}
Call valid_call(const std::string& line, const std::string& headers = kDemoApp,
                const std::string& body = "") {
    const CallOrStatus read = call_of(line, headers, body);
    EXPECT_TRUE(std::holds_alternative<Call>(read)) << line;
    return std::holds_alternative<Call>(read) ? std::get<Call>(read) : Call{};
}
int status_of(const std::string& line, const std::string& headers = kDemoApp,
              const std::string& body = "") {
    const CallOrStatus read = call_of(line, headers, body);
    EXPECT_TRUE(std::holds_alternative<int>(read)) << line;
    return std::holds_alternative<int>(read) ? std::get<int>(read) : 0;
}

TEST(ReadCall, TheFiveCalls) {
    EXPECT_EQ(valid_call("GET /v2/metadata").kind, CallKind::metadata);
    EXPECT_EQ(valid_call("POST /v2/sessions/i/s").kind, CallKind::init);
    EXPECT_EQ(valid_call("POST /v2/sessions/i/s/x").kind, CallKind::heartbeat);
    EXPECT_EQ(valid_call("DELETE /v2/sessions/i/s/x").kind, CallKind::end);
    EXPECT_EQ(valid_call("GET /v2/runningStreams/i/s").kind, CallKind::streams);
    const Call call = valid_call("DELETE /v2/sessions/i/s/x");
    EXPECT_EQ(call.application, "demo-app");
    EXPECT_EQ(call.idp, "i");
    EXPECT_EQ(call.subject, "s");
    EXPECT_EQ(call.session, "x");
}

TEST(ReadCall, PathSegmentsArePercentDecodedAndAPlusStaysOne) {
    const Call call = valid_call("POST /v2/sessions/a+b%2B/%2f%25%C3%A9");
    EXPECT_EQ(call.idp, "a+b+");
    EXPECT_EQ(call.subject, "/%\xC3\xA9");
}

TEST(ReadCall, MetadataComesFromTheFormAndTheQuery) {
    const Call call = valid_call("POST /v2/sessions/i/s?package=gold", kDemoApp,
                                 "deviceName=Living+room&show=A%26B&empty=&a+b=c");
    EXPECT_EQ(call.metadata, (Metadata{{"a b", "c"},
                                       {"deviceName", "Living room"},
                                       {"empty", ""},
                                       {"package", "gold"},
                                       {"show", "A&B"}}));
}

TEST(ReadCall, TerminationCodesAreSeparatedByCommasOrHeaders) {
    const std::string headers = std::string(kDemoApp) + "X-Terminate: a, b\r\nx-terminate: c\r\n";
    EXPECT_EQ(valid_call("POST /v2/sessions/i/s", headers).terminate, (Names{"a", "b", "c"}));
}

TEST(ReadCall, WhatIsNoCallHasAStatus) {
    EXPECT_EQ(status_of("GET /v1/metadata"), 404);
    EXPECT_EQ(status_of("GET /v2"), 404);
    EXPECT_EQ(status_of("GET /v2/other"), 404);
    EXPECT_EQ(status_of("POST /v2/sessions/i"), 404);
    EXPECT_EQ(status_of("POST /v2/sessions//s"), 404);
    EXPECT_EQ(status_of("PUT /v2/sessions/i/s"), 405);
    EXPECT_EQ(status_of("GET /v2/metadata", ""), 401);
    EXPECT_EQ(status_of("GET /v2/metadata", "Authorization: Bearer x\r\n"), 401);
    EXPECT_EQ(status_of("GET /v2/metadata", "Authorization: Basic ZGVtby1hcHA\r\n"), 401)
        << "without the colon";
    EXPECT_EQ(status_of("GET /v2/metadata", "Authorization: Basic ZGVtby1hcHA6cA==\r\n"), 401)
        << "with a password";
    EXPECT_EQ(status_of("POST /v2/sessions/i/%zz"), 400);
    EXPECT_EQ(status_of("POST /v2/sessions/i/%00"), 400);
    EXPECT_EQ(status_of("POST /v2/sessions/i/%4"), 400);
    EXPECT_EQ(status_of("POST /v2/sessions/i/s", kDemoApp, "a=%"), 400);
    EXPECT_EQ(status_of("POST /v2/sessions/i/s", kDemoApp, "=a"), 400);
    EXPECT_EQ(status_of("POST /v2/sessions/i/s",
                        std::string(kDemoApp) + "Content-Type: application/json\r\n", "{}"),
              415);
}

// --- answers ---

TEST(Respond, AStartSaysWhereAndHowLongInItsHeaders) {
    Answer answer{202, 784'111'777'900, 784'111'777'900 + 90'000, "an-id", {}};
    EXPECT_EQ(wire(respond(answer, Dialect::service)),
              "HTTP/1.1 202 Accepted\r\n"
              "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
              "Expires: Sun, 06 Nov 1994 08:51:07 GMT\r\n"
              "Location: an-id\r\n"
              "Content-Length: 0\r\n\r\n");
}

TEST(Respond, ExpiresNeverPromisesMoreThanTheLease) {
    Answer answer{202, 784'111'777'900, 784'111'777'900 + 2'500, "", {}};
    const std::string text = head(respond(answer, Dialect::service));
    EXPECT_NE(text.find("Expires: Sun, 06 Nov 1994 08:49:39 GMT"), std::string::npos) << text;
}

TEST(Respond, ABodyIsJsonAndSaysSo) {
    const Response response = respond({200, 0, {}, {}, Names{"channel"}}, Dialect::service);
    EXPECT_EQ(response.body, "[\"channel\"]");
    EXPECT_EQ(response.headers.back(),
              (std::pair<std::string, std::string>("Content-Type", "application/json")));
}

TEST(Chunked, MakesSeveralChunks) {
    EXPECT_EQ(chunked("0123456789abcdefg"), "f\r\n0123456789abcde\r\n2\r\nfg\r\n0\r\n\r\n");
    EXPECT_EQ(chunked(""), "0\r\n\r\n");
}

}  // namespace
}  // namespace cmagent::cmsim
