#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "tests/unit/cm_reading.h"

namespace cmagent::cm {
namespace {

TEST(ResponseFaults, IsHttpFromItsFirstByte) {
    for (const char* text : {"X",
                             " HTTP/1.1 200 OK\r\n",
                             "\x15\x03\x01",
                             "SSH-2.0-x\r\n",
                             "HTTP/2. 200 OK\r\n",
                             "HTTP/-.1 200 OK\r\n",
                             "HTTP/1-1 200 OK\r\n",
                             "HTTP/1 200 OK\r\n",
                             "HTTP/1.10 200 OK\r\n",
                             "HTTP/1.x 200 OK\r\n",
                             "HTTP/1.1 20 OK\r\n",
                             "HTTP/1.1 2000 OK\r\n",
                             "HTTP/1.1 abc x\r\n",
                             "HTTP/1.1200 OK\r\n",
                             "HTTP/1.1\r\n",
                             "HTTP/1.1 \r\n",
                             "HTTP/1.1 20\r\n",
                             "HTTP/3.0 200 OK\r\n",
                             "HTTP/1.1",
                             "HTTP/1\r\n",
                             "HTTP/\r\n",
                             "\r\nX",
                             "\rX"}) {
        EXPECT_EQ(fault_of(std::string(text) + "\r\n"), ResponseFault::not_http) << text;
    }
    EXPECT_EQ(fault_of("HTTP/1."), ResponseFault::none);
    EXPECT_EQ(fault_of("\r"), ResponseFault::none);
}

// RFC 9110 §15: what is no status counts as a 5xx.
TEST(ResponseFaults, AStatusHasThreeDigits) {
    for (int status : {0, 99, 200, 599, 600, 999}) {
        char digits[4];
        (void)std::snprintf(digits, sizeof digits, "%03d", status);
        const auto reading = read("HTTP/1.1 " + std::string(digits) + "\r\n\r\n");
        EXPECT_TRUE(reading->reader.head_complete()) << status;
        EXPECT_EQ(reading->reader.status(), status);
    }
}

TEST(ResponseFaults, BadHeadersAreRefused) {
    for (const char* line : {" folded: x\r\n", "\tfolded\r\n", " \r\n", "\ra: b\r\n"}) {
        EXPECT_EQ(fault_of(kOk + line), ResponseFault::bad_header) << line;
    }
    EXPECT_EQ(fault_of(kOk + std::string("a: \0b\r\n", 7)), ResponseFault::bad_header);
    EXPECT_EQ(fault_of(std::string("HTTP/1.1 200 \0\r\n", 16)), ResponseFault::bad_header);
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
}

// What is behind the last chunk tells nothing: it costs the connection, not the response.
TEST(ResponseFaults, ABadTrailerSectionIsNoFault) {
    const std::string last = kOk + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n";
    std::string endless;
    while (endless.size() < kMaxHead + kMaxChunkLine) endless += "a: b\r\n";
    for (const std::string& trailers : {endless, std::string("a: \0", 4) + "\r\n\r\n",
                                        std::string("a: b\rc\r\n\r\n"), std::string("a: b\n\n")}) {
        const auto reading = read(last + trailers);
        EXPECT_TRUE(reading->reader.complete()) << trailers.substr(0, 10);
        EXPECT_EQ(reading->reader.body(), "{}");
        EXPECT_FALSE(reading->reader.keep_alive());
    }
    EXPECT_TRUE(read(last + "no field\r\n\r\n")->reader.keep_alive());
}

TEST(ResponseFaults, ChunksFollowTheLongestHead) {
    const std::string coding = "\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string head =
        kOk + "a: " + std::string(kMaxHead - kOk.size() - 3 - coding.size(), 'x') + coding;
    ASSERT_EQ(head.size(), kMaxHead);
    const std::string line = "2;" + std::string(kMaxChunkLine - 4, 'x');
    EXPECT_EQ(read(head + line + "\r\n{}\r\n0\r\n\r\n")->reader.body(), "{}");
    EXPECT_EQ(fault_of(head + line + "x\r\n"), ResponseFault::bad_chunk);
    EXPECT_EQ(fault_of(head + line + "xyz"), ResponseFault::bad_chunk) << "no line's end";
    EXPECT_EQ(fault_of(head + std::string("2;a\0\r\n", 6)), ResponseFault::bad_chunk);
}

TEST(ResponseFaults, BadLengthsAreRefused) {
    for (const char* value : {"", ",", "x", "-1", "+1", "1 2", "0x5", "5, 6", "5, x", "1.0"}) {
        EXPECT_EQ(fault_of(kOk + "Content-Length: " + value + "\r\n\r\n"),
                  ResponseFault::bad_length)
            << value;
    }
    EXPECT_EQ(fault_of(kOk + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
              ResponseFault::bad_length);
    for (const char* value :
         {"1\r\nContent-Length: 01", "1, 1", "1 ,\t01,", ",1", "1\r\nContent-Length:", "\r\n 1"}) {
        EXPECT_EQ(read(kOk + "Content-Length: " + value + "\r\n\r\nx")->reader.body(), "x")
            << value;
    }
}

// hazards.md 14: "both framings at once: refused", in either order.
TEST(ResponseFaults, ConflictingFramingIsRefused) {
    const std::string length = "Content-Length: 5\r\n";
    for (const std::string coding : {"chunked", "identity", "gzip", ""}) {
        const std::string coded = "Transfer-Encoding: " + coding + "\r\n";
        EXPECT_EQ(fault_of(kOk + length + coded + "\r\n"), ResponseFault::conflicting_framing);
        EXPECT_EQ(fault_of(kOk + coded + length + "\r\n"), ResponseFault::conflicting_framing);
        for (const char* version : {"1.0", "0.9"}) {
            EXPECT_EQ(fault_of("HTTP/" + std::string(version) + " 200 OK\r\n" + coded + "\r\n"),
                      ResponseFault::conflicting_framing)
                << "RFC 9112 §6.1";
        }
    }
    EXPECT_EQ(read(kOk + length)->reader.status(), 200);
}

// RFC 9112 §6.3: chunked, where it is the last; else up to the end of the connection.
TEST(ResponseFaults, WhatFramesABodyIsTheLastCoding) {
    for (const char* codings :
         {"gzip, chunked", "gzip\r\nTransfer-Encoding: chunked", "chunked, chunked",
          "chunked\r\nTransfer-Encoding: Chunked", "chunked,"}) {
        const auto reading =
            read(kOk + "Transfer-Encoding: " + codings + "\r\n\r\n1\r\nx\r\n0\r\n\r\n");
        EXPECT_TRUE(reading->reader.complete()) << codings;
        EXPECT_EQ(reading->reader.body(), "x") << codings;
    }
    for (const char* codings : {"", "gzip", "identity", "chunked, gzip", "chunkedchunked",
                                "chunked;a=b", "chunked\r\n x"}) {
        const auto reading = read(kOk + "Transfer-Encoding: " + codings + "\r\n\r\n0\r\n\r\n");
        EXPECT_FALSE(reading->reader.complete()) << codings;
        reading->reader.feed_end();
        EXPECT_EQ(reading->reader.body(), "0\r\n\r\n") << codings;
    }
}

TEST(ResponseFaults, NoFramingIsAskedForWithoutABody) {
    for (const char* framing : {"Content-Length: x", "Content-Length: 1\r\nTransfer-Encoding: a"}) {
        const std::string head = std::string(framing) + "\r\n\r\n";
        EXPECT_TRUE(read("HTTP/1.1 204 x\r\n" + head)->reader.complete()) << framing;
        EXPECT_EQ(fault_of("HTTP/1.1 103 x\r\n" + head), ResponseFault::none) << framing;
    }
}

TEST(ResponseFaults, BadChunksAreRefused) {
    const std::string head = kOk + "Transfer-Encoding: chunked\r\n\r\n";
    for (const char* body : {"\r\n", "x\r\n", "-1\r\n", "0x1\r\n", "1 1\r\n", " 1\r\n", ";a\r\n",
                             "1;a\n", "1\r\nab\r\n", "1\r\na\rb\r\n", "1;a\rb\r\n", "1;\r\r\n",
                             "\r1\r\n", "g\r\n", "1\xC2\xA0\r\n"}) {
        EXPECT_EQ(fault_of(head + body), ResponseFault::bad_chunk) << body;
    }
    EXPECT_EQ(fault_of(head + "1;" + std::string(kMaxChunkLine - 2, 'x') + "\r\n"),
              ResponseFault::none);
    EXPECT_EQ(fault_of(head + "1;" + std::string(kMaxChunkLine - 1, 'x') + "\r\n"),
              ResponseFault::bad_chunk);
    EXPECT_EQ(read(head + "A\r\n0123456789\r\nf\r\n")->reader.body(), "0123456789");
    EXPECT_EQ(read(head + "1  \r\nx\r\n0001 ; a\r\ny\r\n")->reader.body(), "xy");
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
