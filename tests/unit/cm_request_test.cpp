#include "agent/cm/request.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "agent/base/host.h"

namespace cmagent::cm {
namespace {

constexpr Endpoint kStaging{"streams-stage.example", 443, "/v2", true};
constexpr char kVersion[] = CMAGENT_VERSION;

std::string written(const Request& request, const Endpoint& endpoint = kStaging) {
    std::vector<char> bytes(kMaxRequest);
    const std::size_t size = write(endpoint, request, {bytes.data(), bytes.size()});
    return {bytes.data(), size};
}

Request request(Call call) {
    Request made;
    made.call = call;
    made.application_id = "demo-app";
    made.idp = "Cable+One";
    made.subject = "a b/c%2f\r\n..";
    made.session = "76378b50-4eb0";
    return made;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find("\r\n"));
}
std::string body(const std::string& text) {
    return text.substr(text.find("\r\n\r\n") + 4);
}
bool has_line(const std::string& text, const std::string& line) {
    return text.find("\r\n" + line + "\r\n") != std::string::npos;
}

TEST(Request, AStartIsExactlyThis) {
    Metadata metadata;
    ASSERT_TRUE(metadata.set("channel", "News & more"));
    ASSERT_TRUE(metadata.set("type", "live"));
    Codes codes;
    ASSERT_TRUE(codes.add("51fd351f"));
    ASSERT_TRUE(codes.add("other"));
    Request start = request(Call::start);
    start.metadata = &metadata;
    start.terminate = &codes;
    EXPECT_EQ(written(start),
              "POST /v2/sessions/Cable%2BOne/a%20b%2Fc%252f%0D%0A.. HTTP/1.1\r\n"
              "Host: streams-stage.example\r\n"
              "Authorization: Basic ZGVtby1hcHA6\r\n"
              "User-Agent: cmagent/" +
                  std::string(kVersion) +
                  "\r\n"
                  "X-Client-Version: " +
                  kVersion +
                  "\r\n"
                  "Accept: application/json\r\n"
                  "Accept-Encoding: identity\r\n"
                  "X-Terminate: 51fd351f,other\r\n"
                  "Content-Type: application/x-www-form-urlencoded\r\n"
                  "Content-Length: 35\r\n"
                  "\r\n"
                  "channel=News%20%26%20more&type=live");
}

TEST(Request, TellsTheVersionOfTheApp) {
    for (Call call : {Call::start, Call::heartbeat, Call::end, Call::running_streams}) {
        Request made = request(call);
        made.client_version = "news/7.1";
        EXPECT_TRUE(has_line(written(made), "X-Client-Version: news/7.1"));
    }
}

TEST(Request, EachCallHasItsMethodAndPath) {
    const struct {
        Call call;
        const char* line;
    } kRows[] = {
        {Call::start, "POST /v2/sessions/Cable%2BOne/u HTTP/1.1"},
        {Call::heartbeat, "POST /v2/sessions/Cable%2BOne/u/76378b50-4eb0 HTTP/1.1"},
        {Call::end, "DELETE /v2/sessions/Cable%2BOne/u/76378b50-4eb0 HTTP/1.1"},
        {Call::running_streams, "GET /v2/runningStreams/Cable%2BOne/u HTTP/1.1"},
        {Call::metadata, "GET /v2/metadata HTTP/1.1"},
    };
    for (const auto& row : kRows) {
        Request made = request(row.call);
        made.subject = "u";
        EXPECT_EQ(first_line(written(made)), row.line);
    }
}

TEST(Request, PostsAnEmptyFormWithoutMetadata) {
    for (Call call : {Call::start, Call::heartbeat}) {
        const std::string text = written(request(call));
        EXPECT_TRUE(has_line(text, "Content-Type: application/x-www-form-urlencoded"));
        EXPECT_TRUE(has_line(text, "Content-Length: 0"));
        EXPECT_EQ(body(text), "");

        const Metadata none;
        Request without_pairs = request(call);
        without_pairs.metadata = &none;
        EXPECT_EQ(written(without_pairs), text);
    }
}

TEST(Request, OtherCallsHaveNeitherBodyNorLength) {
    Metadata metadata;
    ASSERT_TRUE(metadata.set("channel", "news"));
    Codes codes;
    ASSERT_TRUE(codes.add("c"));
    for (Call call : {Call::end, Call::running_streams, Call::metadata}) {
        Request made = request(call);
        made.metadata = &metadata;
        made.terminate = &codes;
        const std::string text = written(made);
        EXPECT_EQ(text.find("Content-"), std::string::npos) << text;
        EXPECT_EQ(text.find("X-Terminate"), std::string::npos) << text;
        EXPECT_EQ(body(text), "");
    }
}

TEST(Request, CodesGoWithAStartOnly) {
    Codes codes;
    Request made = request(Call::start);
    made.terminate = &codes;
    EXPECT_EQ(written(made).find("X-Terminate"), std::string::npos) << "no codes, no field";
    ASSERT_TRUE(codes.add("c"));
    EXPECT_TRUE(has_line(written(made), "X-Terminate: c"));
    made.call = Call::heartbeat;
    EXPECT_EQ(written(made).find("X-Terminate"), std::string::npos);
}

// RFC 3986 §2.3: everything but these is encoded. hazards.md 21.
TEST(Request, EncodesEveryByteThatIsNotUnreserved) {
    constexpr std::string_view kUnreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (int byte = 0; byte < 256; ++byte) {
        const std::string subject = {'x', static_cast<char>(byte)};
        char escaped[4];
        std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned>(byte));
        const bool stays = kUnreserved.find(static_cast<char>(byte)) != std::string_view::npos;
        Request made = request(Call::running_streams);
        made.subject = subject;
        EXPECT_EQ(first_line(written(made)), "GET /v2/runningStreams/Cable%2BOne/x" +
                                                 (stays ? subject.substr(1) : escaped) +
                                                 " HTTP/1.1");
    }
}

TEST(Request, ASegmentOfDotsCannotClimb) {
    Request made = request(Call::running_streams);
    made.idp = ".";
    made.subject = "..";
    EXPECT_EQ(first_line(written(made)), "GET /v2/runningStreams/%2E/%2E%2E HTTP/1.1");
    made.idp = "...";
    made.subject = ".a";
    EXPECT_EQ(first_line(written(made)), "GET /v2/runningStreams/.../.a HTTP/1.1");
}

// POST /sessions/idp/subject/ without a session would be taken for a start.
TEST(Request, HasNoEmptySegment) {
    const struct {
        std::string_view Request::*segment;
        std::vector<Call> calls;
    } kRows[] = {
        {&Request::session, {Call::heartbeat, Call::end}},
        {&Request::idp, {Call::start, Call::heartbeat, Call::end, Call::running_streams}},
        {&Request::subject, {Call::start, Call::heartbeat, Call::end, Call::running_streams}},
    };
    for (const auto& row : kRows) {
        for (Call call :
             {Call::start, Call::heartbeat, Call::end, Call::running_streams, Call::metadata}) {
            const bool needed = std::count(row.calls.begin(), row.calls.end(), call) != 0;
            Request made = request(call);
            made.*row.segment = {};
            EXPECT_EQ(written(made).empty(), needed) << static_cast<int>(call);
        }
    }
}

TEST(Request, EncodesNamesAndValuesOfMetadata) {
    Metadata metadata;
    ASSERT_TRUE(metadata.set("a=b", "c&d+e\r\nX: y"));
    ASSERT_TRUE(metadata.set("\xC3\xA9t\xC3\xA9", ""));
    Request made = request(Call::heartbeat);
    made.metadata = &metadata;
    EXPECT_EQ(body(written(made)), "a%3Db=c%26d%2Be%0D%0AX%3A%20y&%C3%A9t%C3%A9=");
    EXPECT_TRUE(has_line(written(made), "Content-Length: 44"));
}

// RFC 4648 §10, as user names of RFC 7617 (with the colon behind).
TEST(Request, AuthorizesWithTheApplicationId) {
    const struct {
        const char* id;
        const char* credentials;
    } kRows[] = {{"", "Og=="},
                 {"f", "Zjo="},
                 {"fo", "Zm86"},
                 {"foob", "Zm9vYjo="},
                 {"\xff\xfe\xfb", "//77Og=="}};
    for (const auto& row : kRows) {
        Request made = request(Call::metadata);
        made.application_id = row.id;
        EXPECT_TRUE(
            has_line(written(made), "Authorization: Basic " + std::string(row.credentials)));
    }
}

TEST(Request, NamesHostAndPortAsTheEndpointSays) {
    const struct {
        Endpoint endpoint;
        const char* line;
    } kRows[] = {
        {{"cm.example", 443, "", true}, "Host: cm.example"},
        {{"cm.example", 80, "", true}, "Host: cm.example:80"},
        {{"cm.example", 8443, "", true}, "Host: cm.example:8443"},
        {{"127.0.0.1", 80, "", false}, "Host: 127.0.0.1"},
        {{"127.0.0.1", 443, "", false}, "Host: 127.0.0.1:443"},
        {{"::1", 65535, "", true}, "Host: [::1]:65535"},
    };
    for (const auto& row : kRows) {
        const std::string text = written(request(Call::metadata), row.endpoint);
        EXPECT_TRUE(has_line(text, row.line)) << text;
        EXPECT_EQ(first_line(text), "GET /metadata HTTP/1.1");
    }
}

TEST(Request, TheWorstCaseFits) {
    const auto worst = [](std::size_t size) { return std::string(size, '\xff'); };
    Metadata metadata;
    for (std::size_t i = 0; i < kMaxPairs; ++i) {
        ASSERT_TRUE(
            metadata.set(worst(kMaxName - 1) + static_cast<char>(0x80 + i), worst(kMaxValue)));
    }
    Codes codes;
    for (std::size_t i = 0; i < kMaxCodes; ++i) {
        ASSERT_TRUE(codes.add(std::string(kMaxCode, static_cast<char>('a' + i))));
    }
    const std::string host(kMaxHostName, 'h');
    const std::string base_path(kMaxBasePath, 'p');
    const std::string id = worst(kMaxApplicationId);
    const std::string idp = worst(kMaxIdp);
    const std::string subject = worst(kMaxSubject);
    const std::string session(kMaxSessionId, 's');
    Request made{Call::start, id, idp, subject, session, &metadata, &codes};
    const Endpoint endpoint{host, 65535, base_path, true};
    EXPECT_GT(written(made, endpoint).size(), 46'080U + 1'500U);
    made.call = Call::heartbeat;
    EXPECT_GT(written(made, endpoint).size(), 46'080U + 1'500U);
}

TEST(Request, WritesNothingBeyondTheBuffer) {
    const Request made = request(Call::start);
    const std::string whole = written(made);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        std::vector<char> bytes(size + 1, '#');
        EXPECT_EQ(write(kStaging, made, {bytes.data(), size}), size == whole.size() ? size : 0U);
        EXPECT_EQ(bytes[size], '#');
    }
}

TEST(Request, RefusesAnApplicationIdThatIsTooLong) {
    const std::string id(kMaxApplicationId + 1, 'a');
    Request made = request(Call::metadata);
    made.application_id = id;
    EXPECT_EQ(written(made), "");
}

TEST(Codes, KeepsWhatAFieldCanCarryOnceEach) {
    Codes codes;
    EXPECT_TRUE(codes.add("51fd351f"));
    EXPECT_TRUE(codes.add("51fd351f"));
    EXPECT_TRUE(codes.add("!~"));
    EXPECT_EQ(codes.count, 2U);
    EXPECT_EQ(codes.list[1].view(), "!~");
    for (const char* bad : {"", "a,b", "a b", "a\r\nX: y", "a\tb", "\x7f", "\xC3\xA9"}) {
        EXPECT_FALSE(codes.add(bad)) << bad;
    }
    EXPECT_FALSE(codes.add(std::string(kMaxCode + 1, 'c')));
    EXPECT_EQ(codes.count, 2U);
}

TEST(Codes, LeavesNoneBehind) {
    Codes codes;
    ASSERT_TRUE(codes.add("secret"));
    codes.clear();
    EXPECT_EQ(codes.count, 0U);
    EXPECT_TRUE(codes.list[0].empty());
    ASSERT_TRUE(codes.add("b"));
    EXPECT_TRUE(codes.has("b"));
}

TEST(Codes, HasRoomForEight) {
    Codes codes;
    for (std::size_t i = 0; i < kMaxCodes; ++i) EXPECT_TRUE(codes.add(std::to_string(i)));
    EXPECT_FALSE(codes.add("another"));
    EXPECT_TRUE(codes.add("0")) << "it is there already";
    EXPECT_EQ(codes.count, kMaxCodes);
}

}  // namespace
}  // namespace cmagent::cm
