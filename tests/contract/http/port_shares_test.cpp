// What one caller, or all together, can make the port hold (contract.md, "Shares").

#include <deque>

#include "tests/contract/http/port_fixture.h"

namespace cmagent::platform {
namespace {

constexpr int kSmallBuffer = 4096;

struct PortShares : PortTest {
    // The answer's status, as far as it has come.
    int status(Client& client) {
        turn();
        client.poll();
        return status_of(client.received);
    }
    // A client that asks for 160 KiB and does not read them.
    Client ask_and_not_read() {
        Client client = connect_unix(kSmallBuffer);
        client.send(get("/long"));
        turn();
        return client;
    }
};

// --- answers ---

TEST_F(PortShares, LongAnswersThatNobodyReadsAreBoundedAllTogether) {
    Client first = ask_and_not_read();
    Client second = connect_unix(kSmallBuffer);
    second.send(get("/long"));
    EXPECT_EQ(status(second), 503);
    Client brief = connect_unix();
    brief.send(get("/"));
    EXPECT_EQ(status(brief), 200) << "a short one is let in";
    while (first.received.size() < 160 * 1024) ASSERT_EQ(status(first), 200);
    second.received.clear();
    second.send(get("/long"));
    EXPECT_EQ(status(second), 200) << "what was taken counts no more";
}

TEST_F(PortShares, AnAnswerWhoseReaderHasGoneCountsNoMore) {
    Client first = ask_and_not_read();
    first.close();
    turn();
    Client second = connect_unix(kSmallBuffer);
    second.send(get("/long"));
    EXPECT_EQ(status(second), 200);
}

TEST_F(PortShares, AnAnswerThatComesLaterIsBoundedToo) {
    Client waiting = connect_unix(kSmallBuffer);
    waiting.send(get("/wait"));
    turn();
    Client first = ask_and_not_read();
    const std::string text(160 * 1024, 'y');
    HttpResponse response;
    response.status = 201;
    response.body = text;
    port->respond(echo.waiting.at(0), response);
    EXPECT_EQ(status(waiting), 503);
}

TEST_F(PortShares, WhatIsInTheProgramAnywayIsNotCounted) {
    Client first = ask_and_not_read();
    Client waiting = connect_unix(kSmallBuffer);
    waiting.send(get("/wait"));
    turn();
    static const std::string text(160 * 1024, 'y');
    HttpResponse response;
    response.status = 200;
    response.body = text;
    response.lasting = true;
    port->respond(echo.waiting.at(0), response);
    EXPECT_EQ(status(waiting), 200);
}

// --- bodies ---

TEST_F(PortShares, BodiesThatAreStillComingInAreBoundedAllTogether) {
    const std::string most(kMaxBody - 1, 'b');
    const std::string head =
        "POST /p HTTP/1.1\r\nHost: l\r\nContent-Length: " + std::to_string(kMaxBody) + "\r\n\r\n";
    std::deque<Client> slow;
    for (int i = 0; i < 3; ++i) {
        slow.push_back(connect());
        slow.back().send(head + most);
        EXPECT_EQ(status(slow.back()), 0);
    }
    Client fourth = connect();
    fourth.send(head + most);
    EXPECT_EQ(status(fourth), 503);
    EXPECT_EQ(status_of(exchange("POST /p HTTP/1.1\r\nHost: l\r\nContent-Length: 2\r\n\r\nok")),
              200);
    slow[0].send("b");
    EXPECT_EQ(status(slow[0]), 200);
    Client fifth = connect();
    fifth.send(head + most);
    EXPECT_EQ(status(fifth), 0) << "what was answered counts no more";
}

// --- connections ---

TEST_F(PortShares, ACallerWithItsShareOfConnectionsGivesUpItsOwn) {
    Client known = connect();
    known.send(get("/known"));
    ASSERT_EQ(status(known), 200);
    std::deque<Client> flood;
    for (int i = 0; i < 100; ++i) {
        flood.push_back(connect());
        turn();
        ASSERT_LE(port->connections(), share_of(kMaxConnections) + 1);
    }
    EXPECT_TRUE(known.poll()) << "idle for longer than any of the flood";
    EXPECT_FALSE(flood.front().poll());
    EXPECT_TRUE(flood.back().poll());
}

TEST_F(PortShares, UsersOnAUnixSocketAreCallersFromTheFirst) {
    std::deque<Client> flood;
    for (int i = 0; i < 24; ++i) flood.push_back(connect());
    Client local = connect_unix();
    turn();
    EXPECT_TRUE(flood.front().poll());
    Client more = connect();
    turn();
    EXPECT_TRUE(local.poll());
    EXPECT_FALSE(flood.front().poll());
}

// --- streams ---

TEST_F(PortShares, TellsHowManyBytesOfAStreamAreNotAcknowledged) {
    EXPECT_EQ(port->unacknowledged(echo.source), 0U) << "nobody reads it";
    echo.source.content = "some bytes";
    Client client = connect_unix();
    client.send(get("/stream"));
    turn();
    EXPECT_GT(port->unacknowledged(echo.source), 0U);
    client.poll();
    EXPECT_EQ(port->unacknowledged(echo.source), 0U);
}

}  // namespace
}  // namespace cmagent::platform
