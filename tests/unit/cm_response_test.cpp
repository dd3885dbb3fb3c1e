#include "agent/cm/response.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace cmagent::cm {
namespace {

// A reader with its buffer.
struct Reading {
    std::vector<char> bytes = std::vector<char>(kMaxBody);
    ResponseReader reader{{bytes.data(), bytes.size()}};

    std::size_t feed(const std::string& text) { return reader.feed(text.data(), text.size()); }
};

std::unique_ptr<Reading> read(const std::string& text) {
    auto reading = std::make_unique<Reading>();
    (void)reading->feed(text);
    return reading;
}

ResponseFault fault_of(const std::string& text) {
    return read(text)->reader.fault();
}

const std::string kOk = "HTTP/1.1 200 OK\r\n";

TEST(Response, OfCmToAStart) {
    const auto reading = read(
        "HTTP/1.1 202 Accepted\r\n"
        "Date: Mon, 25 Nov 2024 09:06:12 GMT\r\n"
        "Expires: Mon, 25 Nov 2024 09:07:12 GMT\r\n"
        "Location: 76378b50-4eb0\r\n"
        "Content-Length: 0\r\n\r\n");
    const ResponseReader& reader = reading->reader;
    ASSERT_TRUE(reader.complete());
    EXPECT_TRUE(reader.head_complete());
    EXPECT_EQ(reader.status(), 202);
    EXPECT_EQ(reader.date(), "Mon, 25 Nov 2024 09:06:12 GMT");
    EXPECT_EQ(reader.expires(), "Mon, 25 Nov 2024 09:07:12 GMT");
    EXPECT_EQ(reader.location(), "76378b50-4eb0");
    EXPECT_EQ(reader.content_type(), "");
    EXPECT_EQ(reader.body(), "");
    EXPECT_FALSE(reader.has_body());
    EXPECT_FALSE(reader.body_too_long());
    EXPECT_TRUE(reader.keep_alive());
    EXPECT_EQ(reader.fault(), ResponseFault::none);
}

TEST(Response, NothingHasComeYet) {
    Reading reading;
    EXPECT_FALSE(reading.reader.started());
    EXPECT_FALSE(reading.reader.head_complete());
    EXPECT_FALSE(reading.reader.complete());
    EXPECT_EQ(reading.feed(""), 0U);
    EXPECT_FALSE(reading.reader.started());
    EXPECT_EQ(reading.feed("H"), 1U);
    EXPECT_TRUE(reading.reader.started());
    reading.reader.reset();
    EXPECT_FALSE(reading.reader.started());
}

TEST(Response, NamesOfFieldsInAnyCaseAndBlanksAroundValues) {
    const auto reading = read(kOk +
                              "DATE:x\r\neXpIrEs: \t y \t\r\nlocation:\r\nContent-type:  a b \r\n"
                              "CONTENT-LENGTH: 2\r\n\r\n{}");
    ASSERT_TRUE(reading->reader.complete());
    EXPECT_EQ(reading->reader.date(), "x");
    EXPECT_EQ(reading->reader.expires(), "y");
    EXPECT_EQ(reading->reader.location(), "");
    EXPECT_EQ(reading->reader.content_type(), "a b");
    EXPECT_EQ(reading->reader.body(), "{}");
}

// cm-api.md: "An answer may carry `Date` twice".
TEST(Response, TheFirstOfAFieldThatCameTwiceCounts) {
    const auto reading = read(kOk + "Date: 1\r\nDate: 2\r\nLocation: a\r\nLocation: b\r\n\r\n");
    EXPECT_EQ(reading->reader.date(), "1");
    EXPECT_EQ(reading->reader.location(), "a");
}

TEST(Response, ABodyOfKnownLength) {
    Reading reading;
    const std::string text = kOk + "Content-Length: 5\r\n\r\n{\"a\"}HTTP/1.1";
    EXPECT_EQ(reading.feed(text), text.size() - 8) << "what follows is not this response's";
    EXPECT_TRUE(reading.reader.complete());
    EXPECT_EQ(reading.reader.body(), "{\"a\"}");
    EXPECT_TRUE(reading.reader.has_body());
    EXPECT_EQ(reading.feed("more"), 0U);
}

TEST(Response, AChunkedBody) {
    Reading reading;
    const std::string text = kOk +
                             "Transfer-Encoding: Chunked\r\n\r\n"
                             "4\r\n{\"a\"\r\n"
                             "0a ; name=\"v\"\r\n:\"123456\"}\r\n"
                             "0\r\nTrailer: x\r\n\r\n";
    EXPECT_EQ(reading.feed(text + "rest"), text.size());
    ASSERT_TRUE(reading.reader.complete());
    EXPECT_EQ(reading.reader.body(), "{\"a\":\"123456\"}");
    EXPECT_TRUE(reading.reader.keep_alive());
}

TEST(Response, ATrailerIsNoField) {
    const auto reading =
        read(kOk + "Transfer-Encoding: chunked\r\n\r\n0\r\nLocation: x\r\nExpires: y\r\n\r\n");
    ASSERT_TRUE(reading->reader.complete());
    EXPECT_EQ(reading->reader.location(), "");
    EXPECT_EQ(reading->reader.expires(), "");
    EXPECT_FALSE(reading->reader.has_body());
}

TEST(Response, ABodyUntilTheEnd) {
    const auto reading = read(kOk + "Date: x\r\n\r\n{}");
    EXPECT_FALSE(reading->reader.complete());
    EXPECT_TRUE(reading->reader.head_complete());
    reading->reader.feed_end();
    EXPECT_TRUE(reading->reader.complete());
    EXPECT_FALSE(reading->reader.keep_alive());
    EXPECT_EQ(reading->reader.body(), "{}");
    reading->reader.feed_end();
    EXPECT_EQ(reading->reader.fault(), ResponseFault::none) << "complete stays complete";
}

// RFC 9112 §6.3: these have no body whatever their fields say.
TEST(Response, WithoutABodyByItsStatus) {
    for (const char* status : {"204", "304"}) {
        const auto reading =
            read("HTTP/1.1 " + std::string(status) + " x\r\nContent-Length: 5\r\n\r\n");
        EXPECT_TRUE(reading->reader.complete()) << status;
        EXPECT_TRUE(reading->reader.keep_alive());
        EXPECT_FALSE(reading->reader.has_body());
    }
    const auto reading = read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nbytes");
    EXPECT_TRUE(reading->reader.complete());
    EXPECT_EQ(reading->reader.status(), 101);
    EXPECT_FALSE(reading->reader.keep_alive()) << "no HTTP any more";
}

TEST(Response, InterimResponsesAreReadOver) {
    std::string text;
    for (std::size_t i = 0; i < kMaxInterim; ++i) {
        text += "HTTP/1.1 103 Early Hints\r\nLocation: wrong\r\nContent-Length: 7\r\n\r\n";
    }
    const auto reading = read(text + "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(reading->reader.complete());
    EXPECT_EQ(reading->reader.status(), 202);
    EXPECT_EQ(reading->reader.location(), "");
    EXPECT_EQ(fault_of(text + "HTTP/1.1 100 Continue\r\n\r\n"), ResponseFault::too_many_interim);
}

TEST(Response, AnInterimOneAloneIsNoAnswer) {
    const auto reading = read("HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(reading->reader.started());
    EXPECT_FALSE(reading->reader.head_complete());
    reading->reader.feed_end();
    EXPECT_EQ(reading->reader.fault(), ResponseFault::truncated);
}

TEST(Response, WhetherTheConnectionMayBeUsedAgain) {
    const struct {
        const char* status_line;
        const char* connection;
        bool keep_alive;
    } kRows[] = {
        {"HTTP/1.1 200 OK", "", true},
        {"HTTP/1.1 200 OK", "Connection: keep-alive\r\n", true},
        {"HTTP/1.1 200 OK", "Connection: close\r\n", false},
        {"HTTP/1.1 200 OK", "connection: x , CLOSE\r\n", false},
        {"HTTP/1.1 200 OK", "Connection: closed\r\n", true},
        {"HTTP/1.1 200 OK", "Connection: a\r\nConnection: close\r\n", false},
        {"HTTP/1.1 200 OK", "Connection:\r\n", true},
        {"HTTP/1.0 200 OK", "", false},
        {"HTTP/1.0 200 OK", "Connection: keep-alive\r\n", false},
        {"HTTP/1.2 200 OK", "", true},
    };
    for (const auto& row : kRows) {
        const auto reading = read(std::string(row.status_line) + "\r\n" + row.connection +
                                  "Content-Length: 0\r\n\r\n");
        ASSERT_TRUE(reading->reader.complete()) << row.connection;
        EXPECT_EQ(reading->reader.keep_alive(), row.keep_alive) << row.connection;
    }
}

TEST(Response, ComesInAnyPortions) {
    const std::string text =
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\nTransfer-Encoding: "
        "chunked\r\n\r\n"
        "2\r\n{\"\r\n3;x=y\r\na\":\r\n3\r\n12}\r\n0\r\nA: b\r\n\r\n";
    for (std::size_t portion = 1; portion < text.size(); ++portion) {
        Reading reading;
        std::size_t used = 0;
        for (std::size_t at = 0; at < text.size(); at += portion) {
            used += reading.feed(text.substr(at, portion));
        }
        ASSERT_TRUE(reading.reader.complete()) << portion;
        EXPECT_EQ(used, text.size());
        EXPECT_EQ(reading.reader.status(), 409);
        EXPECT_EQ(reading.reader.content_type(), "application/json");
        EXPECT_EQ(reading.reader.body(), "{\"a\":12}");
    }
}

TEST(Response, IsTruncatedWhereverItBreaksOff) {
    for (const char* framing : {"Content-Length: 2\r\n\r\n{}",
                                "Transfer-Encoding: chunked\r\n\r\n"
                                "2\r\n{}\r\n0\r\n\r\n"}) {
        const std::string text = kOk + framing;
        for (std::size_t size = 0; size < text.size(); ++size) {
            const auto reading = read(text.substr(0, size));
            EXPECT_FALSE(reading->reader.complete()) << size;
            EXPECT_EQ(reading->reader.fault(), ResponseFault::none) << size;
            reading->reader.feed_end();
            EXPECT_EQ(reading->reader.fault(), ResponseFault::truncated) << size;
            EXPECT_FALSE(reading->reader.complete()) << size;
        }
    }
}

TEST(Response, CanBeReadOneAfterTheOther) {
    Reading reading;
    (void)reading.feed("HTTP/1.0 409 x\r\nContent-Type: a\r\nContent-Length: 3\r\n\r\nabc");
    reading.reader.reset();
    EXPECT_EQ(reading.reader.fault(), ResponseFault::none);
    EXPECT_FALSE(reading.reader.head_complete());
    (void)reading.feed("HTTP/1.1 202 x\r\nContent-Length: 1\r\n\r\nd");
    ASSERT_TRUE(reading.reader.complete());
    EXPECT_EQ(reading.reader.status(), 202);
    EXPECT_EQ(reading.reader.content_type(), "");
    EXPECT_EQ(reading.reader.body(), "d");
    EXPECT_TRUE(reading.reader.keep_alive());
    reading.reader.reset();
    (void)reading.feed("nonsense");
    reading.reader.reset();
    (void)reading.feed("HTTP/1.1 204 x\r\n\r\n");
    EXPECT_TRUE(reading.reader.complete());
}

TEST(Response, IsHttpFromItsFirstByte) {
    for (const char* text :
         {"X", "\r\n", "\x15\x03\x01", "SSH-2.0-x\r\n", "HTTP/2 200 OK\r\n", "http/1.1 200 OK\r\n",
          "HTTP/1.x 200 OK\r\n", "HTTP/1.1  200 OK\r\n", "HTTP/1.1 20 OK\r\n",
          "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 99 OK\r\n", "HTTP/1.1 099 OK\r\n", "HTTP/1.1 600 x\r\n",
          "HTTP/1.1 abc x\r\n", "HTTP/1.1\t200 OK\r\n", "HTTP/1.1 200-OK\r\n", "HTTP/1.1\r\n",
          "HTTP/1.1 20\r\n"}) {
        EXPECT_EQ(fault_of(text), ResponseFault::not_http) << text;
    }
    EXPECT_EQ(read("HTTP/1.1 200\r\n\r\n")->reader.status(), 200) << "the space may be missing";
    EXPECT_EQ(read("HTTP/1.1 599 \r\n\r\n")->reader.status(), 599);
    EXPECT_EQ(fault_of("HTTP/1."), ResponseFault::none);
}

TEST(Response, BadHeaders) {
    for (const char* line : {"no colon\r\n", ": no name\r\n", "blank : x\r\n", " folded: x\r\n",
                             "\tfolded\r\n", "a: x\ry\r\n", "a: \x01\r\n", "a: \x7f\r\n",
                             "a\x80: x\r\n", "a: bare line feed\n", "\n", "a(b): x\r\n"}) {
        EXPECT_EQ(fault_of(kOk + line), ResponseFault::bad_header) << line;
    }
    EXPECT_EQ(fault_of(kOk + std::string("a: \0b\r\n", 7)), ResponseFault::bad_header);
    EXPECT_EQ(fault_of("HTTP/1.1 200 OK\n"), ResponseFault::bad_header);
    EXPECT_EQ(fault_of(kOk + "a: caf\xC3\xA9 \t!#$%&'*+-.^_`|~\r\n!#$%&'*+-.^_`|~9Z: x\r\n"),
              ResponseFault::none);
    EXPECT_EQ(fault_of(kOk + "Transfer-Encoding: chunked\r\n\r\n0\r\nbare line feed\n"),
              ResponseFault::bad_header);
}

// hazards.md 14.
TEST(Response, AnEndlessHeadEnds) {
    const std::string end = "\r\n\r\n";
    const std::string fits = kOk + "a: " + std::string(kMaxHead - kOk.size() - 3 - end.size(), 'x');
    EXPECT_TRUE(read(fits + end)->reader.head_complete());
    EXPECT_EQ(fault_of(fits + "x" + end), ResponseFault::head_too_long);
    EXPECT_EQ(fault_of(fits + std::string(100, 'x')), ResponseFault::head_too_long)
        << "no line's end";
    std::string lines = kOk;
    while (lines.size() < kMaxHead) lines += "a: b\r\n";
    EXPECT_EQ(fault_of(lines), ResponseFault::head_too_long);
    std::string trailers = kOk + "Transfer-Encoding: chunked\r\n\r\n0\r\n";
    while (trailers.size() < kMaxHead + 100) trailers += "a: b\r\n";
    EXPECT_EQ(fault_of(trailers), ResponseFault::head_too_long);
}

TEST(Response, BadLengths) {
    for (const char* value : {"", "x", "-1", "+1", "1 2", "0x5", "5, 5", "1.0"}) {
        EXPECT_EQ(fault_of(kOk + "Content-Length: " + value + "\r\n"), ResponseFault::bad_length)
            << value;
    }
    EXPECT_EQ(fault_of(kOk + "Content-Length: 5\r\nContent-Length: 6\r\n"),
              ResponseFault::bad_length);
    EXPECT_EQ(read(kOk + "Content-Length: 1\r\nContent-Length: 01\r\n\r\nx")->reader.body(), "x");
}

// hazards.md 14: "both framings at once: refused", in either order.
TEST(Response, ConflictingFraming) {
    const std::string length = "Content-Length: 5\r\n";
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    EXPECT_EQ(fault_of(kOk + length + chunked + "\r\n"), ResponseFault::conflicting_framing);
    EXPECT_EQ(fault_of(kOk + chunked + length + "\r\n"), ResponseFault::conflicting_framing);
}

TEST(Response, BadCodings) {
    for (const char* value : {"", "gzip", "gzip, chunked", "identity", "chunked, chunked"}) {
        EXPECT_EQ(fault_of(kOk + "Transfer-Encoding: " + value + "\r\n"), ResponseFault::bad_coding)
            << value;
    }
    EXPECT_EQ(fault_of(kOk + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
              ResponseFault::bad_coding);
}

TEST(Response, BadChunks) {
    const std::string head = kOk + "Transfer-Encoding: chunked\r\n\r\n";
    for (const char* body : {"\r\n", "x\r\n", "-1\r\n", "0x1\r\n", "1 1\r\n", ";a\r\n", "1\n",
                             "1\r\nab\r\n", "1\r\na\n", "1\r\na\r\r\n", "1;\x01\r\n", "g\r\n"}) {
        EXPECT_EQ(fault_of(head + body), ResponseFault::bad_chunk) << body;
    }
    EXPECT_EQ(fault_of(head + "1;" + std::string(kMaxChunkLine - 2, 'x') + "\r\n"),
              ResponseFault::none);
    EXPECT_EQ(fault_of(head + "1;" + std::string(kMaxChunkLine - 1, 'x') + "\r\n"),
              ResponseFault::bad_chunk);
    EXPECT_EQ(read(head + "A\r\n0123456789\r\nf\r\n")->reader.body(), "0123456789");
}

TEST(Response, TheLongestBodyIsKept) {
    const std::string body(kMaxBody, 'b');
    const auto reading =
        read(kOk + "Content-Length: " + std::to_string(kMaxBody) + "\r\n\r\n" + body);
    ASSERT_TRUE(reading->reader.complete());
    EXPECT_EQ(reading->reader.body(), body);
    EXPECT_FALSE(reading->reader.body_too_long());
}

TEST(Response, ALongerBodyIsReadOver) {
    for (std::size_t size : {kMaxBody + 1, kMaxDiscarded}) {
        const auto reading = read(kOk + "Content-Length: " + std::to_string(size) + "\r\n\r\n" +
                                  std::string(size, 'b'));
        ASSERT_TRUE(reading->reader.complete());
        EXPECT_TRUE(reading->reader.body_too_long());
        EXPECT_EQ(reading->reader.body(), "");
        EXPECT_TRUE(reading->reader.keep_alive());
    }
}

// hazards.md 14: an endless body; the status is what counts.
TEST(Response, AnEndlessBodyIsGivenUp) {
    const std::string much(kMaxDiscarded + 1, 'b');
    const struct {
        std::string head;
        std::string body;
    } kRows[] = {
        {"\r\n", much},
        {"Content-Length: 262145\r\n\r\n", ""},
        {"Content-Length: 99999999999999999999999999\r\n\r\n", ""},
        {"Transfer-Encoding: chunked\r\n\r\n", "40001\r\n"},
        {"Transfer-Encoding: chunked\r\n\r\n", "FFFFFFFFFFFFFFFFFFFFFFFF\r\n"},
        {"Transfer-Encoding: chunked\r\n\r\n", "40000\r\n" + much.substr(1) + "\r\n1\r\nb"},
    };
    for (const auto& row : kRows) {
        const auto reading = read("HTTP/1.1 410 Gone\r\n" + row.head + row.body);
        ASSERT_TRUE(reading->reader.complete()) << row.head;
        EXPECT_EQ(reading->reader.status(), 410);
        EXPECT_FALSE(reading->reader.keep_alive());
        EXPECT_TRUE(reading->reader.body_too_long());
        EXPECT_TRUE(reading->reader.has_body());
        EXPECT_EQ(reading->reader.body(), "");
    }
}

TEST(Response, FaultsHaveStableNames) {
    const struct {
        ResponseFault fault;
        const char* name;
    } kRows[] = {
        {ResponseFault::none, "none"},
        {ResponseFault::not_http, "not-http"},
        {ResponseFault::bad_header, "bad-header"},
        {ResponseFault::head_too_long, "head-too-long"},
        {ResponseFault::too_many_interim, "too-many-interim"},
        {ResponseFault::bad_length, "bad-length"},
        {ResponseFault::conflicting_framing, "conflicting-framing"},
        {ResponseFault::bad_coding, "bad-coding"},
        {ResponseFault::bad_chunk, "bad-chunk"},
        {ResponseFault::truncated, "truncated"},
    };
    for (const auto& row : kRows) EXPECT_EQ(response_fault_name(row.fault), row.name);
}

TEST(Response, AFaultEndsTheConnection) {
    Reading reading;
    EXPECT_EQ(reading.feed("nonsense\r\n"), 10U);
    EXPECT_FALSE(reading.reader.keep_alive());
    EXPECT_EQ(reading.feed(kOk + "\r\n"), 0U);
}

}  // namespace
}  // namespace cmagent::cm
