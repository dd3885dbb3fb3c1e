#include <gtest/gtest.h>

#include <string>

#include "tests/unit/cm_reading.h"

namespace cmagent::cm {
namespace {

TEST(ResponseFaults, IsHttpFromItsFirstByte) {
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

TEST(ResponseFaults, BadHeadersAreRefused) {
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
TEST(ResponseFaults, AnEndlessHeadEnds) {
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

TEST(ResponseFaults, BadLengthsAreRefused) {
    for (const char* value : {"", "x", "-1", "+1", "1 2", "0x5", "5, 5", "1.0"}) {
        EXPECT_EQ(fault_of(kOk + "Content-Length: " + value + "\r\n"), ResponseFault::bad_length)
            << value;
    }
    EXPECT_EQ(fault_of(kOk + "Content-Length: 5\r\nContent-Length: 6\r\n"),
              ResponseFault::bad_length);
    EXPECT_EQ(read(kOk + "Content-Length: 1\r\nContent-Length: 01\r\n\r\nx")->reader.body(), "x");
}

// hazards.md 14: "both framings at once: refused", in either order.
TEST(ResponseFaults, ConflictingFramingIsRefused) {
    const std::string length = "Content-Length: 5\r\n";
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    EXPECT_EQ(fault_of(kOk + length + chunked + "\r\n"), ResponseFault::conflicting_framing);
    EXPECT_EQ(fault_of(kOk + chunked + length + "\r\n"), ResponseFault::conflicting_framing);
}

TEST(ResponseFaults, BadCodingsAreRefused) {
    for (const char* value : {"", "gzip", "gzip, chunked", "identity", "chunked, chunked"}) {
        EXPECT_EQ(fault_of(kOk + "Transfer-Encoding: " + value + "\r\n"), ResponseFault::bad_coding)
            << value;
    }
    EXPECT_EQ(fault_of(kOk + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
              ResponseFault::bad_coding);
}

TEST(ResponseFaults, BadChunksAreRefused) {
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

TEST(ResponseFaults, TheLongestBodyIsKept) {
    const std::string body(kMaxBody, 'b');
    const auto reading =
        read(kOk + "Content-Length: " + std::to_string(kMaxBody) + "\r\n\r\n" + body);
    ASSERT_TRUE(reading->reader.complete());
    EXPECT_EQ(reading->reader.body(), body);
    EXPECT_FALSE(reading->reader.body_too_long());
}

TEST(ResponseFaults, ALongerBodyIsReadOver) {
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
TEST(ResponseFaults, AnEndlessBodyIsGivenUp) {
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

TEST(ResponseFaults, FaultsHaveStableNames) {
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

TEST(ResponseFaults, AFaultEndsTheConnection) {
    Reading reading;
    EXPECT_EQ(reading.feed("nonsense\r\n"), 10U);
    EXPECT_FALSE(reading.reader.keep_alive());
    EXPECT_EQ(reading.feed(kOk + "\r\n"), 0U);
}

}  // namespace
}  // namespace cmagent::cm
