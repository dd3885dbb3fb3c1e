// The port over libmicrohttpd on its sockets; the promises of any HttpPort are tested in
// http_port_contract_test.cpp.

#include "tests/contract/http/port_fixture.h"

#include <sys/socket.h>

namespace cmagent::platform {
namespace {

TEST_F(PortTest, EveryAnswerHasItsReason) {
    EXPECT_EQ(exchange(get("/")).substr(0, 17), "HTTP/1.1 200 OK\r\n");
    const std::string refused = exchange("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(refused.substr(0, 26), "HTTP/1.1 400 Bad Request\r\n");
}

TEST_F(PortTest, PutsChunksTogether) {
    EXPECT_EQ(body_of(exchange("POST /p HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")),
              "POST|/p||abcde|tcp");
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

TEST_F(PortTest, LetsARequestWaitAsLongAsTheHandlerNeeds) {
    Client client = connect();
    client.send(get("/wait"));
    turn();
    pass(600'000);
    HttpResponse response;
    response.status = 200;
    port->respond(echo.waiting[0], response);
    turn();
    EXPECT_TRUE(client.poll());
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
    // libmicrohttpd treats the connection that has been silent longest differently.
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
    response.source = &echo.source;
    port->respond(echo.waiting[0], response);  // its client has gone
    EXPECT_EQ(echo.source.times_gone, 1);
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
    echo.source.content = "one;";
    client.send(get("/stream"));
    turn();
    client.poll();
    EXPECT_NE(client.received.find("one;"), std::string::npos);
    EXPECT_EQ(client.received.find("two;"), std::string::npos);

    pass(60'000);  // silence is no reason to close
    echo.source.content = "two;";
    port->wake(echo.source);
    turn();
    EXPECT_TRUE(client.poll());
    EXPECT_NE(client.received.find("two;"), std::string::npos);

    echo.source.end = true;
    port->wake(echo.source);
    turn();
    client.poll();
    EXPECT_EQ(client.received.substr(client.received.size() - 5), "0\r\n\r\n");
    EXPECT_EQ(echo.source.times_gone, 1);
}

TEST_F(PortTest, AStreamEndsWithItsClient) {
    Client client = connect();
    client.send(get("/stream"));
    turn();
    client.close();
    turn();
    EXPECT_EQ(echo.source.times_gone, 1);
    EXPECT_EQ(port->connections(), 0U);
}

TEST_F(PortTest, AStreamThatNobodyReadsIsDropped) {
    Client client = connect();
    echo.source.endless = true;
    client.send(get("/stream"));
    turn();  // fills the sockets' buffers
    EXPECT_EQ(echo.source.times_gone, 0);
    pass(kTurnMs + 1);
    EXPECT_EQ(echo.source.times_gone, 1);
    EXPECT_EQ(port->connections(), 0U);
}

TEST_F(PortTest, AStreamThatIsReadIsKept) {
    Client client = connect();
    echo.source.endless = true;
    client.send(get("/stream"));
    for (std::int64_t passed = 0; passed < 3 * kTurnMs; passed += kTurnMs / 4) {
        client.received.clear();
        // On a busy machine the kernel takes its time to say that there is room again.
        for (int turns = 0; turns < 1000 && client.received.empty(); ++turns) {
            turn();
            ASSERT_TRUE(client.poll());
        }
        ASSERT_FALSE(client.received.empty());
        pass(kTurnMs / 4);
    }
    EXPECT_EQ(echo.source.times_gone, 0);
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
    EXPECT_EQ(echo.source.times_gone, 1);
    EXPECT_FALSE(waiting.poll());
    EXPECT_FALSE(streaming.poll());
}

}  // namespace
}  // namespace cmagent::platform
