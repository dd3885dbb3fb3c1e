// What any HttpPort promises (platform/api/http.h), shown by raw sockets on the one that there is.

#include "tests/contract/http/port_fixture.h"

#include <sys/socket.h>

#include <deque>

namespace cmagent::platform {
namespace {

using testing::Test;

std::string body_of(const std::string& answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    return end == std::string::npos ? "no answer" : answer.substr(end + 4);
}

int status_of(const std::string& answer) {
    return answer.compare(0, 9, "HTTP/1.1 ") == 0 ? std::stoi(answer.substr(9, 3)) : 0;
}

TEST_F(PortTest, HandsOverTheTargetAsTheClientWroteIt) {
    EXPECT_EQ(body_of(exchange(get("/a%2fb%00c/../d?x=%41&y=1+2"))),
              "GET|/a%2fb%00c/../d|x=%41&y=1+2||tcp");
}

TEST_F(PortTest, HandsOverTheBodyWhole) {
    const std::string body(64 * 1024, 'b');
    EXPECT_EQ(body_of(exchange(post("/p", body))), "POST|/p||" + body + "|tcp");
}

TEST_F(PortTest, PutsChunksTogether) {
    EXPECT_EQ(body_of(exchange("POST /p HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")),
              "POST|/p||abcde|tcp");
}

TEST_F(PortTest, TellsAUnixSocketFromTheNetwork) {
    Client client = connect_unix();
    client.send(get("/"));
    turn();
    client.poll();
    EXPECT_EQ(body_of(client.received), "GET|/|||unix");
}

TEST_F(PortTest, KeepsAConnectionForTheNextRequest) {
    Client client = connect();
    for (const char* target : {"/1", "/2", "/3"}) {
        client.received.clear();
        client.send(get(target));
        turn();
        ASSERT_TRUE(client.poll());
        EXPECT_EQ(body_of(client.received), "GET|" + std::string(target) + "|||tcp");
    }
}

TEST_F(PortTest, ServesOthersWhileOneWaits) {
    Client waiting = connect();
    waiting.send(get("/wait"));
    turn();
    ASSERT_EQ(echo.waiting.size(), 1U);
    EXPECT_EQ(status_of(exchange(get("/"))), 200);
    waiting.poll();
    EXPECT_EQ(waiting.received, "");

    HttpResponse response;
    response.status = 201;
    response.body = "at last";
    response.add("Location", "/there");
    port->respond(echo.waiting[0], response);
    turn();
    EXPECT_TRUE(waiting.poll());
    EXPECT_EQ(status_of(waiting.received), 201);
    EXPECT_EQ(body_of(waiting.received), "at last");
    EXPECT_NE(waiting.received.find("Location: /there\r\n"), std::string::npos);
}

TEST_F(PortTest, LetsARequestWaitAsLongAsTheHandlerNeeds) {
    Client client = connect();
    client.send(get("/wait"));
    turn();
    pass(600'000);
    HttpResponse response;
    response.status = 200;
    port->respond(echo.waiting[0], response);
    turn();
    client.poll();
    EXPECT_EQ(status_of(client.received), 200);
}

TEST_F(PortTest, AHalfClosedClientGetsItsAnswer) {
    Client client = connect();
    client.send(get("/now"));
    client.half_close();
    turn();
    client.poll();
    EXPECT_EQ(status_of(client.received), 200);
    pass(kLingerMs);
    client.poll();
    EXPECT_TRUE(client.closed);
}

TEST_F(PortTest, AHalfClosedClientThatWaitsGetsItsAnswer) {
    // libmicrohttpd treats the connection that has been silent longest in another way than the rest.
    Client silent = connect();
    turn();
    for (const bool unix_socket : {false, true}) {
        Client client = unix_socket ? connect_unix() : connect();
        client.send(get("/wait"));
        client.half_close();
        turn();
        EXPECT_TRUE(echo.abandoned.empty());
        HttpResponse response;
        response.status = 201;
        response.body = "at last";
        port->respond(echo.waiting.back(), response);
        turn();
        client.poll();
        EXPECT_NE(client.received.find("HTTP/1.1 201 "), std::string::npos);
        EXPECT_EQ(client.received.substr(client.received.size() - 7), "at last");
        EXPECT_TRUE(client.closed);
    }
    EXPECT_EQ(port->connections(), 1U);
}

TEST_F(PortTest, AClientThatClosesWhileItWaitsIsAbandoned) {
    for (const bool unix_socket : {false, true}) {
        {
            Client client = unix_socket ? connect_unix() : connect();
            client.send(get("/wait"));
            turn();
        }
        turn();
        ASSERT_EQ(echo.abandoned, echo.waiting);
    }
    EXPECT_EQ(port->connections(), 0U);
    HttpResponse response;
    response.source = &echo.spring;
    port->respond(echo.waiting[0], response);  // nobody reads it any more
    EXPECT_EQ(echo.spring.times_gone, 1);
}

TEST_F(PortTest, BytesOfTheNextRequestDoNotAbandonTheWaitingOne) {
    Client client = connect();
    client.send(get("/wait") + get("/next"));
    turn();
    EXPECT_TRUE(echo.abandoned.empty());
    HttpResponse response;
    response.status = 200;
    response.body = "first;";
    port->respond(echo.waiting[0], response);
    turn();
    client.poll();
    EXPECT_NE(client.received.find("first;"), std::string::npos);
    EXPECT_NE(client.received.find("GET|/next|||tcp"), std::string::npos);
}

TEST_F(PortTest, StreamsWhatTheSourceGivesWhenItIsWoken) {
    Client client = connect();
    echo.spring.content = "one;";
    client.send(get("/stream"));
    turn();
    client.poll();
    EXPECT_NE(client.received.find("one;"), std::string::npos);
    EXPECT_EQ(client.received.find("two;"), std::string::npos);

    pass(60'000);  // silence is no reason to close
    echo.spring.content = "two;";
    port->wake(echo.spring);
    turn();
    EXPECT_TRUE(client.poll());
    EXPECT_NE(client.received.find("two;"), std::string::npos);

    echo.spring.end = true;
    port->wake(echo.spring);
    turn();
    client.poll();
    EXPECT_EQ(client.received.substr(client.received.size() - 5), "0\r\n\r\n");
    EXPECT_EQ(echo.spring.times_gone, 1);
}

TEST_F(PortTest, AStreamEndsWithItsClient) {
    Client client = connect();
    client.send(get("/stream"));
    turn();
    client.close();
    turn();
    EXPECT_EQ(echo.spring.times_gone, 1);
    EXPECT_EQ(port->connections(), 0U);
}

TEST_F(PortTest, AStreamThatNobodyReadsIsDropped) {
    Client client = connect();
    echo.spring.endless = true;
    client.send(get("/stream"));
    turn();  // fills the sockets' buffers
    EXPECT_EQ(echo.spring.times_gone, 0);
    pass(kTurnMs + 1);
    EXPECT_EQ(echo.spring.times_gone, 1);
    EXPECT_EQ(port->connections(), 0U);
}

TEST_F(PortTest, AStreamThatIsReadIsKept) {
    Client client = connect();
    echo.spring.endless = true;
    client.send(get("/stream"));
    for (std::int64_t passed = 0; passed < 3 * kTurnMs; passed += kTurnMs / 4) {
        turn();
        client.received.clear();
        ASSERT_TRUE(client.poll());
        ASSERT_FALSE(client.received.empty());
        pass(kTurnMs / 4);
    }
    EXPECT_EQ(echo.spring.times_gone, 0);
}

TEST_F(PortTest, AnAnswerThatNobodyReadsIsDropped) {
    Client client = connect();
    const int small = 1;
    setsockopt(client.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    const std::string body(64 * 1024, 'b');
    for (int i = 0; i < 200; ++i) {
        const std::string request = post("/p", body);
        if (::send(client.fd(), request.data(), request.size(), MSG_DONTWAIT | MSG_NOSIGNAL) <= 0) {
            break;
        }
        turn();
    }
    ASSERT_EQ(port->connections(), 1U);
    pass(kTurnMs + 1);
    EXPECT_EQ(port->connections(), 0U);
}

TEST_F(PortTest, StopAbandonsAndCloses) {
    Client waiting = connect();
    waiting.send(get("/wait"));
    Client streaming = connect();
    streaming.send(get("/stream"));
    turn();
    port->stop();
    EXPECT_EQ(echo.abandoned, echo.waiting);
    EXPECT_EQ(echo.spring.times_gone, 1);
    EXPECT_FALSE(waiting.poll());
    EXPECT_FALSE(streaming.poll());
}

// --- refused before the handler sees it (hazards.md 14, 19, 20) ---

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
        Malformed{"AbsoluteTarget", "GET http://l/ HTTP/1.1\r\nHost: l\r\n\r\n", 400},
        Malformed{"LongBody", "POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 65537\r\n\r\nabc",
                  413},
        Malformed{"EndlessBody",
                  "POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 99999999999999999\r\n\r\nabc",
                  413}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(PortTest, RefusesALongHead) {
    const std::string field = "X-Field: " + std::string(1000, 'x') + "\r\n";
    std::string fields;
    for (int i = 0; i < 9; ++i) fields += field;
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

// --- time ---

TEST_F(PortTest, ClosesASlowRequestWhateverTrickles) {
    Client client = connect();
    const std::string request = get("/", "X-Slow: " + std::string(100, 'x') + "\r\n");
    for (std::size_t i = 0; i < 12 && client.poll(); ++i) {
        client.send(request.substr(i * 4, 4));
        pass(1000);
    }
    client.poll();
    EXPECT_TRUE(client.closed);
    EXPECT_EQ(status_of(client.received), 408);
    EXPECT_EQ(port->connections(), 0U);
}

TEST_F(PortTest, ClosesASlowBodyWhateverTrickles) {
    Client client = connect();
    client.send("POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 1000\r\n\r\n");
    int seconds = 0;
    while (client.poll() && seconds < 20) {
        client.send("b");
        pass(1000);
        ++seconds;
    }
    EXPECT_EQ(seconds, 10);
    EXPECT_EQ(status_of(client.received), 408);
}

TEST_F(PortTest, ClosesAConnectionThatSaysNothing) {
    Client client = connect();
    pass(kTurnMs + 1);
    EXPECT_FALSE(client.poll());
    EXPECT_EQ(client.received, "");
}

TEST_F(PortTest, TheTurnStartsAnewWithEveryRequest) {
    Client client = connect();
    for (int i = 0; i < 4; ++i) {
        client.send(get("/"));
        turn();
        pass(kTurnMs - 1000);
        ASSERT_TRUE(client.poll());
    }
    EXPECT_EQ(echo.served, 4);
}

TEST_F(PortTest, WhatCameDuringStandbyIsServed) {
    Client client = connect();
    turn();
    client.send(get("/"));
    clock.now += 8 * 3'600'000;
    turn();
    client.poll();
    EXPECT_EQ(status_of(client.received), 200);
}

// --- connections ---

TEST_F(PortTest, ANewRequestIsAlwaysTakenWhileOthersAreSlow) {
    std::deque<Client> slow;
    for (int i = 0; i < 100; ++i) {
        slow.push_back(connect());
        slow.back().send("GET / HT");
        turn();
        ASSERT_LE(port->connections(), kMaxConnections - kFreeConnections);
    }
    EXPECT_EQ(status_of(exchange(get("/"))), 200);
}

TEST_F(PortTest, TheLongestIdleMakesRoomBeforeAnyThatIsBusy) {
    Client idle = connect();
    idle.send(get("/"));
    turn();
    std::deque<Client> slow;
    for (unsigned i = 0; i < kMaxConnections - kFreeConnections - 1; ++i) {
        slow.push_back(connect());
        slow.back().send(get("/wait"));
        turn();
    }
    ASSERT_TRUE(idle.poll());
    Client fresh = connect();
    EXPECT_FALSE(idle.poll());
    for (Client& client : slow) EXPECT_TRUE(client.poll());
}

TEST_F(PortTest, WhoWaitsForUsIsNeverGivenUp) {
    std::deque<Client> waiting;
    for (unsigned i = 0; i < kMaxConnections; ++i) {
        waiting.push_back(connect());
        waiting.back().send(get("/wait"));
        turn();
    }
    Client late = connect();
    EXPECT_FALSE(late.poll());
    EXPECT_TRUE(echo.abandoned.empty());
    EXPECT_EQ(port->connections(), kMaxConnections);

    HttpResponse response;
    response.status = 200;
    for (const HttpTicket ticket : echo.waiting) port->respond(ticket, response);
    turn();
    for (Client& client : waiting) {
        client.poll();
        EXPECT_EQ(status_of(client.received), 200);
    }
    EXPECT_EQ(status_of(exchange(get("/"))), 200);
}

}  // namespace
}  // namespace cmagent::platform
