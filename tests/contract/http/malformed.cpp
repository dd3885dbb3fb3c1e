#include "tests/contract/http/malformed.h"

namespace cmagent::platform {
namespace {

const char* const kMethods[] = {"GET",
                                "POST",
                                "PATCH",
                                "DELETE",
                                "HEAD",
                                "OPTIONS",
                                "PUT",
                                "TRACE",
                                "CONNECT",
                                "get",
                                "",
                                "G\tT",
                                "POSTPOSTPOSTPOSTPOST"};
const char* const kTargets[] = {"/v1/sessions",
                                "/v1/sessions/x",
                                "/v1/sessions/x/stopped",
                                "/v1/conflicts/x",
                                "/v1/logout",
                                "/v1/streams?idp=a&subject=b",
                                "/v1/metadata",
                                "/v1/status",
                                "/v1/events",
                                "/v1/events?since=0&timeoutSeconds=5",
                                "/v1/openapi.json",
                                "/healthz",
                                "/metrics",
                                "/",
                                "*"};
const char* const kOddTargets[] = {"/v1/sessions%00/../..",
                                   "/v1%2fsessions",
                                   "/%",
                                   "/v1/events?since=%",
                                   "//",
                                   "",
                                   "http://evil.example/v1/sessions",
                                   "/v1/sessions?a&b&c&d&e&f&g=%zz&&&&=",
                                   "/\xff\xfe",
                                   "/v1/streams?idp=%0d%0a&subject=%00"};
const char* const kOddVersions[] = {"HTTP/1.0", "HTTP/0.9", "HTTP/2.0",         "HTTP/1.",
                                    "http/1.1", "",         "HTTP/1.1 HTTP/1.1"};
const char* const kOddHosts[] = {"Host: evil.example", "Host:", "Host : localhost", "X: y",
                                 "Host: localhost\r\nHost: localhost"};
const char* const kFields[] = {"Content-Length: 0",
                               "Content-Length: 5",
                               "Content-Length: -1",
                               "Content-Length: 0x10",
                               "Content-Length: 18446744073709551617",
                               "Content-Length: 5, 5",
                               "Transfer-Encoding: chunked",
                               "Transfer-Encoding: gzip, chunked",
                               "Transfer-Encoding:\tchunked",
                               "transfer-encoding: CHUNKED",
                               "Content-Type: application/json",
                               "Content-Type: text/plain",
                               "Origin: null",
                               "Origin: http://localhost",
                               "Authorization: Bearer x",
                               "Accept-Language: fr;q=0.5, , *;q=9, en-",
                               "Last-Event-ID: 99999999999999999999",
                               "If-None-Match: \"a\", W/\"b\", *",
                               "Idempotency-Key: k",
                               "Expect: 100-continue",
                               "Connection: close",
                               "Connection: upgrade, keep-alive",
                               "Upgrade: h2c",
                               "Cookie: a=b; c; =; ;;",
                               " folded: line",
                               "no colon here",
                               ": no name",
                               "Na\x01me: value",
                               "Name: va\x0blue"};
const char* const kBodies[] = {
    R"({"idp":"m","subject":"s"})",
    R"({"idp":"m","subject":"s","metadata":{"channel":"\ud800"}})",
    R"({"idp":"m","idp":"m","subject":"s"})",
    R"({"terminate":["x"]})",
    R"({"paused":true})",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "{\"a\":\"\xc0\xaf\"}",
    "{\"idp\":\"\\u0000\",\"subject\":1e999}",
    "nul",
    "",
    "\xef\xbb\xbf{}"};
const char* const kOddEnds[] = {"\n", "\r", "\r\r\n", "\n\r"};

}  // namespace

std::string MalformedRequests::noise(std::size_t longest) {
    std::string text(below(longest + 1), '\0');
    for (char& byte : text) byte = static_cast<char>(random_());
    return text;
}

const char* MalformedRequests::line_end() {
    return one_in(12) ? any(kOddEnds) : "\r\n";
}

std::string MalformedRequests::body() {
    if (one_in(20)) return noise(200);
    if (one_in(200)) return std::string(70'000, '[');
    return any(kBodies);
}

// As a body of known length, in chunks, or in something that only looks like chunks.
std::string MalformedRequests::framed(const std::string& body) {
    if (!one_in(3)) return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    char size[32];
    const char* const formats[] = {"%zx",  "%zX;ext=1", "0%zx",       "%zx ",
                                   "-%zx", "%zxg",      "ffffffff%zx"};
    std::snprintf(size, sizeof size, any(formats), body.size());
    return "Transfer-Encoding: chunked\r\n\r\n" + std::string(size) + line_end() + body +
           line_end() + (one_in(4) ? "" : "0\r\n") + (one_in(4) ? "Trailer: x\r\n" : "") + "\r\n";
}

std::string MalformedRequests::sound() {
    const char* const end = line_end();
    std::string text = std::string(any(kMethods)) + " " +
                       (one_in(4) ? any(kOddTargets) : any(kTargets)) + " " +
                       (one_in(8) ? any(kOddVersions) : "HTTP/1.1") + end;
    text += std::string(one_in(8) ? any(kOddHosts) : "Host: localhost") + end;
    for (std::size_t i = below(3); i > 0; --i) text += std::string(any(kFields)) + end;
    if (one_in(300)) text += "X-Long: " + std::string(below(40'000), 'x') + end;
    if (one_in(300)) {
        for (int i = 0; i < 1500; ++i) text += "a:b\r\n";
    }
    if (one_in(3)) return text + end;
    if (!one_in(3)) text += "Content-Type: application/json\r\n";
    return text + framed(body());
}

void MalformedRequests::damage(std::string& text) {
    for (std::size_t times = below(3); times > 0 && !text.empty(); --times) {
        const std::size_t at = below(text.size());
        switch (below(6)) {
            case 0:
                text[at] = static_cast<char>(random_());
                break;
            case 1:
                text.erase(at, 1 + below(8));
                break;
            case 2:
                text.insert(at, noise(8));
                break;
            case 3:
                text.insert(at, text.substr(at, below(64)));
                break;
            case 4:
                text.resize(at);
                break;
            case 5:
                text.insert(at, 1, '\0');
                break;
        }
    }
}

std::string MalformedRequests::next() {
    if (one_in(25)) return noise(600);
    std::string text = sound();
    damage(text);
    while (one_in(5)) text += sound();  // pipelined, or smuggled
    return text;
}

}  // namespace cmagent::platform
