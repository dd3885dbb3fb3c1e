// Requests that an HttpPort refuses before its handler sees them (hazards.md 14, 19, 20).

#include "tests/contract/http/port_fixture.h"

#include <sys/socket.h>

namespace cmagent::platform {
namespace {

struct Malformed {
    const char* name;
    const char* request;
    int status;
};

class Refusals : public PortTest, public testing::WithParamInterface<Malformed> {};

TEST_P(Refusals, AreAnsweredAndClosed) {
    Client client = connect();
    client.send(GetParam().request);
    turn();
    client.poll();
    EXPECT_EQ(status_of(client.received), GetParam().status) << client.received;
    EXPECT_TRUE(client.closed);
    EXPECT_EQ(echo.served, 0);
    EXPECT_EQ(port->connections(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    All, Refusals,
    testing::Values(
        Malformed{"TwoLengths",
                  "POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
                  400},
        Malformed{"TwoDifferentLengths",
                  "POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 3\r\nContent-Length: "
                  "30\r\n\r\nabcGET /smuggled HTTP/1.1\r\nHost: l\r\n\r\n",
                  400},
        Malformed{"LengthAndCoding",
                  "POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 3\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: l\r\n\r\n",
                  400},
        Malformed{"TwoCodings",
                  "POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n0\r\n\r\n",
                  400},
        Malformed{"UnknownCoding",
                  "POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: gzip\r\n\r\nabc", 400},
        Malformed{"TwoHosts", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
                  400},
        Malformed{"NoHost", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", 400},
        Malformed{"TwoOrigins",
                  "GET / HTTP/1.1\r\nHost: l\r\nOrigin: http://a\r\nOrigin: http://b\r\n\r\n", 400},
        Malformed{"SpaceBeforeColon", "POST / HTTP/1.1\r\nHost: l\r\nContent-Length : 3\r\n\r\nabc",
                  400},
        Malformed{"NegativeLength", "POST / HTTP/1.1\r\nHost: l\r\nContent-Length: -3\r\n\r\nabc",
                  400},
        Malformed{"LengthInWords", "POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 3, 3\r\n\r\nabc",
                  400},
        Malformed{"EmptyLength", "POST / HTTP/1.1\r\nHost: l\r\nContent-Length:\r\n\r\nabc", 400},
        Malformed{"AuthorityTarget", "CONNECT l:80 HTTP/1.1\r\nHost: l\r\n\r\n", 400},
        Malformed{"LongBody", "POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 65537\r\n\r\nabc",
                  413},
        Malformed{"EndlessBody",
                  "POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 99999999999999999\r\n\r\nabc",
                  413}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(PortTest, RefusesALongHead) {
    const std::string field = "X-Field: " + std::string(1000, 'x') + "\r\n";
    std::string fields;
    for (int i = 0; i < 17; ++i) fields += field;
    EXPECT_EQ(status_of(exchange(get("/", fields))), 431);
}

TEST_F(PortTest, RefusesAHeadThatNeverEnds) {
    Client client = connect();
    client.send("GET / HTTP/1.1\r\nHost: l\r\nX: ");
    for (int i = 0; i < 64 && client.poll(); ++i) {
        const std::string more(1024, 'x');
        (void)::send(client.fd(), more.data(), more.size(), MSG_NOSIGNAL);
        turn();
    }
    EXPECT_EQ(status_of(client.received), 431);
    EXPECT_TRUE(client.closed);
}

TEST_F(PortTest, RefusesALongTarget) {
    EXPECT_EQ(status_of(exchange(get("/" + std::string(4096, 'x')))), 414);
}

TEST_F(PortTest, RefusesALongBodyInChunks) {
    Client client = connect();
    client.send("POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "1000\r\n" + std::string(0x1000, 'b') + "\r\n";
    for (int i = 0; i < 17 && client.poll(); ++i) {
        client.send(chunk);
        turn();
    }
    client.poll();
    EXPECT_EQ(status_of(client.received), 413);
    EXPECT_TRUE(client.closed);
    EXPECT_EQ(echo.served, 0);
}

}  // namespace
}  // namespace cmagent::platform
