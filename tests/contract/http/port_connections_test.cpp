// How long an HttpPort keeps a connection, and which one makes room for another.

#include "tests/contract/http/port_fixture.h"

#include <deque>

namespace cmagent::platform {
namespace {

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
    clock.advance(8 * 3'600'000);
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
    for (unsigned i = 0; i < share_of(kMaxConnections) - 1; ++i) {
        slow.push_back(connect());
        slow.back().send(get("/wait"));
        turn();
    }
    ASSERT_TRUE(idle.poll());
    Client fresh = connect();
    EXPECT_FALSE(idle.poll());
    for (Client& client : slow) EXPECT_TRUE(client.poll());
}

TEST_F(PortTest, AClientThatWaitsForItsAnswerIsNeverGivenUp) {
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
