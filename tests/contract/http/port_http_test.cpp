// HTTP as clients speak it (RFC 9110, RFC 9112): what the port serves, and how its answers look.

#include "tests/contract/http/port_fixture.h"

namespace cmagent::platform {
namespace {

std::string head_of(const std::string& answer) {
    return answer.substr(0, answer.find("\r\n\r\n") + 4);
}

TEST_F(PortTest, A304HasNoLengthAndKeepsTheConnection) {
    Client client = connect();
    for (int i = 0; i < 3; ++i) {
        client.received.clear();
        client.send(get("/same"));
        turn();
        ASSERT_TRUE(client.poll());
        EXPECT_EQ(client.received, "HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n\r\n");
    }
    client.received.clear();
    client.send(get("/same") + get("/next"));
    turn();
    client.poll();
    EXPECT_NE(client.received.find("GET|/next|||tcp"), std::string::npos) << client.received;
}

TEST_F(PortTest, A304EndsTheConnectionWhereItIsTheLastAnswer) {
    for (const char* request : {"GET /same HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n",
                                "GET /same HTTP/1.0\r\n\r\n"}) {
        Client client = connect();
        client.send(request);
        turn();
        EXPECT_FALSE(client.poll());
        EXPECT_EQ(client.received,
                  "HTTP/1.1 304 Not Modified\r\nConnection: close\r\nETag: \"e\"\r\n\r\n");
    }
    EXPECT_EQ(port->connections(), 0U);
}

TEST_F(PortTest, HeadHasTheLengthOfGetOrNone) {
    Client client = connect();
    client.send("HEAD /path HTTP/1.1\r\nHost: l\r\n\r\n");
    turn();
    client.poll();
    EXPECT_NE(client.received.find("Content-Length: 16\r\n"), std::string::npos);
    EXPECT_EQ(body_of(client.received), "");
    client.received.clear();
    client.send("HEAD /unsized HTTP/1.1\r\nHost: l\r\n\r\n");
    turn();
    EXPECT_TRUE(client.poll());
    EXPECT_EQ(client.received, "HTTP/1.1 200 OK\r\n\r\n");
}

TEST_F(PortTest, Hazard39TheAuthorityOfATargetIsItsHost) {
    const auto host_of = [this](const std::string& target) {
        return body_of(exchange("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    };
    EXPECT_EQ(host_of("/host"), "localhost");
    EXPECT_EQ(host_of("http://evil.example/host"), "evil.example");
    EXPECT_EQ(host_of("HTTP://[::1]:80/host?x"), "[::1]:80");
    EXPECT_EQ(host_of("http://user@localhost/host"), "user@localhost");
    EXPECT_EQ(host_of("http://a/p?q=/host"), "GET|/p|q=/host||tcp");
    EXPECT_EQ(host_of("http://a?q"), "GET|/|q||tcp");
    EXPECT_EQ(host_of("http://a"), "GET|/|||tcp");
    EXPECT_EQ(host_of("/http://b/host"), "GET|/http://b/host|||tcp");
}

TEST_F(PortTest, AClientThatWaitsToBeAskedForTheBodyIsAsked) {
    Client client = connect();
    client.send("POST /p HTTP/1.1\r\nHost: l\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n");
    turn();
    client.poll();
    EXPECT_EQ(client.received, "HTTP/1.1 100 Continue\r\n\r\n");
    client.received.clear();
    client.send("abc");
    turn();
    client.poll();
    EXPECT_EQ(body_of(client.received), "POST|/p||abc|tcp");
    client.received.clear();
    // Who does not wait is not asked, nor is who speaks 1.0.
    client.send(post("/p", "abc", "Expect: 100-continue\r\n"));
    client.send("POST /p HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    turn();
    client.poll();
    EXPECT_EQ(client.received.find("100 Continue"), std::string::npos);
}

TEST_F(PortTest, ARefusedBodyIsNotAskedFor) {
    EXPECT_EQ(status_of(exchange("POST /p HTTP/1.1\r\nHost: l\r\nExpect: 100-continue\r\n"
                                 "Content-Length: 65537\r\n\r\n")),
              413);
}

TEST_F(PortTest, TakesTheCookiesOfOtherPorts) {
    std::string cookies = "Cookie: ";
    while (cookies.size() < 15'000) cookies += "session=0123456789abcdef; ";
    EXPECT_EQ(status_of(exchange(get("/", cookies + "\r\n"))), 200);
}

TEST_F(PortTest, TakesAsManyFieldsAsAHeadHasRoomFor) {
    std::string fields;
    while (fields.size() < 16'000) fields += "a:b\r\n";
    EXPECT_EQ(status_of(exchange(get("/", fields))), 200);
    while (fields.size() < 16'400) fields += "a:b\r\n";
    EXPECT_EQ(status_of(exchange(get("/", fields))), 431);
}

TEST_F(PortTest, TakesABodyOfEveryLengthInPortionsThatMeetNoBoundary) {
    for (const std::size_t size : {1U, 4095U, 4096U, 4097U, 20'480U, 65'536U}) {
        Client client = connect();
        const std::string body(size, 'b');
        const std::string request = post("/p", body) + get("/next");
        for (std::size_t at = 0; at < request.size(); at += 5000) {
            client.send(request.substr(at, 5000));
            turn();
        }
        client.poll();
        EXPECT_EQ(body_of(client.received).substr(0, 9 + size + 4), "POST|/p||" + body + "|tcp");
        EXPECT_NE(client.received.find("GET|/next|||tcp"), std::string::npos) << size;
    }
}

TEST_F(PortTest, ManyRequestsMayFollowEachOtherAtOnce) {
    Client client = connect();
    std::string all;
    for (int i = 0; i < 200; ++i) {
        const std::string number = std::to_string(i);
        all += i % 2 == 0 ? get("/" + number) : post("/" + number, "body");
    }
    client.send(all);
    for (int i = 0; i < 20; ++i) turn();
    client.poll();
    for (int i = 0; i < 200; ++i) {
        const std::string path = "|/" + std::to_string(i) + "||";
        EXPECT_NE(client.received.find(path), std::string::npos) << path;
    }
    EXPECT_EQ(echo.served, 200);
}

// A secret is not kept beside the bytes of the next request.
TEST_F(PortTest, AHeadIsOfItsOwnRequestAlone) {
    Client client = connect();
    client.send(post("/fields", std::string(3000, 's'), "X-Field: secret\r\n"));
    turn();
    client.poll();
    EXPECT_EQ(body_of(client.received), "secret|1|null|0");
    client.received.clear();
    client.send(get("/fields"));
    turn();
    client.poll();
    EXPECT_EQ(body_of(client.received), "|0|null|0");
}

TEST_F(PortTest, ARefusalIsOursAndTheLastAnswer) {
    const std::string refused = exchange("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n" + get("/next"));
    EXPECT_EQ(head_of(refused),
              "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 7\r\n\r\n");
    EXPECT_EQ(body_of(refused), "refused");
}

}  // namespace
}  // namespace cmagent::platform
