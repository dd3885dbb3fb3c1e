#include <gtest/gtest.h>

#include <string>

#include "tests/unit/cm_reading.h"

namespace cmagent::cm {
namespace {

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

// The codes of a household, what it watches, CM's name for the session.
TEST(Response, NothingOfTheLastOneRemains) {
    const auto reading = read(kOk + "Location: secret\r\nContent-Length: 4\r\n\r\nbody");
    const std::string_view location = reading->reader.location();
    EXPECT_EQ(location, "secret");
    EXPECT_EQ(std::string(reading->bytes.data(), 4), "body");
    reading->reader.reset();
    EXPECT_EQ(std::string(location), std::string(6, '\0'));
    EXPECT_EQ(std::string(reading->bytes.data(), 4), std::string(4, '\0'));
}

TEST(Response, NothingOfOneThatWasTooLongRemains) {
    Reading reading;
    (void)reading.feed(kOk + "\r\n" + std::string(kMaxBody + 1, 'x'));
    EXPECT_TRUE(reading.reader.body_too_long());
    reading.reader.reset();
    EXPECT_EQ(reading.bytes, std::vector<char>(kMaxBody));
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
    EXPECT_EQ(read(kOk + "Date:\r\nDate: 2\r\n\r\n")->reader.date(), "2") << "an empty one is none";
}

// RFC 9112 §5.2: obs-fold, which a server may still send.
TEST(Response, AFoldedFieldIsOne) {
    for (const char* fold : {"\r\n ", "\r\n\t", "\n  ", "\r\n \r\n\t"}) {
        const auto reading = read(kOk + "Date: Mon, 25" + fold + "Nov 2024\r\nLocation:" + fold +
                                  "id" + fold + "\r\nContent-Length: 0\r\n" + fold[0] + "\n");
        ASSERT_TRUE(reading->reader.complete()) << fold;
        EXPECT_EQ(reading->reader.date().find("Mon, 25 "), 0U);
        EXPECT_EQ(reading->reader.date().substr(reading->reader.date().size() - 9), " Nov 2024");
        EXPECT_EQ(reading->reader.location(), "id");
        EXPECT_FALSE(reading->reader.keep_alive()) << "others may read it otherwise";
    }
}

// RFC 9112 §2.2.
TEST(Response, LinesMayEndInALineFeed) {
    for (const char* text : {"HTTP/1.1 202 x\nLocation: id\nContent-Length: 2\n\n{}",
                             "HTTP/1.1 202 x\r\nLocation: id\nContent-Length: 2\r\n\r\n{}",
                             "HTTP/1.1 202 x\nLocation: id\nTransfer-Encoding: "
                             "chunked\n\n2\n{}\n0\n\n"}) {
        const auto reading = read(text);
        ASSERT_TRUE(reading->reader.complete()) << text;
        EXPECT_EQ(reading->reader.location(), "id");
        EXPECT_EQ(reading->reader.body(), "{}");
        EXPECT_FALSE(reading->reader.keep_alive()) << "others may read it otherwise";
    }
}

// RFC 9112 §2.2: a bare CR is a blank, and none in front of an LF. Some servers write CR CR LF.
TEST(Response, ABareCrIsABlank) {
    for (const char* text :
         {"HTTP/1.1 202 x\r\r\nLocation: id\r\r\nContent-Length: 2\r\r\n\r\r\n{}",
          "HTTP/1.1 202 x\ry\r\na: b\rLocation: x\r\nLocation:\rid\r\nContent-Length: "
          "2\r\n\r\n{}"}) {
        const auto reading = read(text);
        ASSERT_TRUE(reading->reader.complete()) << text;
        EXPECT_EQ(reading->reader.location(), "id");
        EXPECT_EQ(reading->reader.body(), "{}");
        EXPECT_FALSE(reading->reader.keep_alive()) << "others may read it otherwise";
    }
}

// Browsers read them over. Whoever takes one for a framing field reads on otherwise.
TEST(Response, ALineThatIsNoFieldIsReadOver) {
    for (const char* line : {"no colon", ": no name", "a(b): x", "a b: x", "caf\xC3\xA9: x",
                             "HTTP/1.1 200 OK", "Content-Length", "Content-Length\x01: 9"}) {
        const auto reading = read(kOk + line + "\r\nLocation: id\r\nContent-Length: 0\r\n\r\n");
        ASSERT_TRUE(reading->reader.complete()) << line;
        EXPECT_EQ(reading->reader.location(), "id");
        EXPECT_FALSE(reading->reader.keep_alive()) << line;
    }
}

// RFC 9112 §5.1, for proxies.
TEST(Response, BlanksInFrontOfAColonAreNone) {
    const auto reading = read(kOk + "Location : id\r\nContent-Length\t: 2\r\n\r\n{}");
    ASSERT_TRUE(reading->reader.complete());
    EXPECT_EQ(reading->reader.location(), "id");
    EXPECT_FALSE(reading->reader.keep_alive()) << "others may read it otherwise";
}

// RFC 9110 §5.5.
TEST(Response, OtherControlCharactersAreHarmless) {
    const auto reading = read(kOk +
                              "a: \x01\x7f\xC3\xA9 \t!#$%&'*+-.^_`|~\r\n"
                              "!#$%&'*+-.^_`|~9Z: x\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(reading->reader.complete());
    EXPECT_TRUE(reading->reader.keep_alive());
}

TEST(Response, EmptyLinesMayGoBeforeIt) {
    for (const char* lines : {"\r\n", "\r\n\r\n", "\n\n"}) {
        const auto reading = read(lines + kOk + "Content-Length: 0\r\n\r\n");
        EXPECT_TRUE(reading->reader.complete());
        EXPECT_EQ(reading->reader.status(), 200);
    }
    EXPECT_EQ(fault_of(std::string(kMaxHead + 1, '\n')), ResponseFault::head_too_long);
}

// RFC 9112 §4.
TEST(Response, TheStatusStandsBetweenAnyBlanks) {
    for (const char* line :
         {"HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.1  200 OK", "HTTP/1.1\t200\tOK",
          "HTTP/1.1 200  OK ", "HTTP/1.1 200OK", "http/1.1 200-"}) {
        const auto reading = read(std::string(line) + "\r\nContent-Length: 0\r\n\r\n");
        EXPECT_EQ(reading->reader.status(), 200) << line;
        EXPECT_TRUE(reading->reader.keep_alive());
    }
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

TEST(Response, AChunkedBodyIsPutTogether) {
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
    EXPECT_FALSE(read("HTTP/1.1 204 x\r\nConnection: close\r\n\r\n")->reader.keep_alive());
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
        {"HTTP/1.9 200 OK", "", true},
        {"HTTP/0.9 200 OK", "", false},
        {"HTTP/2.0 200 OK", "", false},
        {"HTTP/2 200 OK", "", false},
        {"http/1.1 200 OK", "", true},
        {"HTTP/1.1 200 OK", "Proxy-Connection: close\r\n", false},
        {"HTTP/1.1 200 OK", "Proxy-Connection: keep-alive\r\n", true},
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
    const std::string last_chunk = "0\r\n";
    for (const std::string& framing :
         {std::string("Content-Length: 2\r\n\r\n{}"),
          "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n" + last_chunk}) {
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

// RFC 9112 §8.
TEST(Response, IsWholeWithItsLastChunk) {
    for (const char* trailers : {"", "\r", "Trailer: x\r\n"}) {
        const auto reading =
            read(kOk + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + trailers);
        EXPECT_FALSE(reading->reader.complete()) << "the connection is not free yet";
        reading->reader.feed_break();
        EXPECT_TRUE(reading->reader.complete());
        EXPECT_EQ(reading->reader.fault(), ResponseFault::none);
        EXPECT_FALSE(reading->reader.keep_alive());
        EXPECT_EQ(reading->reader.body(), "{}");
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

}  // namespace
}  // namespace cmagent::cm
