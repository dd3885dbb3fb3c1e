#include "tests/contract/http/port_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace cmagent::platform {

void Client::send(const std::string& text) const {
    ASSERT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
}

void Client::half_close() const {
    shutdown(fd_, SHUT_WR);
}

void Client::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

bool Client::poll() {
    char bytes[4096];
    while (!closed) {
        const ssize_t size = recv(fd_, bytes, sizeof bytes, MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN) return true;
        if (size <= 0) {
            closed = true;
        } else {
            received.append(bytes, static_cast<std::size_t>(size));
        }
    }
    return false;
}

PortBox::PortBox() {
    EXPECT_TRUE(port->start(echo));
}

PortBox::~PortBox() {
    port->stop();
}

Client PortBox::connect() {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener, any, size), 0);
    EXPECT_EQ(listen(listener, 1), 0);
    EXPECT_EQ(getsockname(listener, any, &size), 0);
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(::connect(client, any, size), 0);
    port->on_connection({accept(listener, nullptr, nullptr), any, size, false});
    ::close(listener);
    return Client(client);
}

Client PortBox::connect_unix(int send_buffer) {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    if (send_buffer > 0)
        setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    port->on_connection(
        {ends[0], reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t), true, getuid()});
    return Client(ends[1]);
}

void PortBox::turn() {
    for (int quiet = 0; quiet < 3;) {
        const bool due = port->next_deadline() <= clock.boot_ms();
        if (due) port->on_time(clock.boot_ms());
        quiet = due ? 0 : quiet + 1;
        poller.wait(1);
    }
}

void PortBox::pass(std::int64_t ms) {
    const std::int64_t until = clock.boot_ms() + ms;
    while (port->next_deadline() <= until) {
        clock.advance(std::max<std::int64_t>(0, port->next_deadline() - clock.boot_ms()));
        turn();
    }
    clock.advance(until - clock.boot_ms());
    turn();
}

std::string PortBox::exchange(const std::string& text) {
    Client client = connect();
    client.send(text);
    turn();
    client.poll();
    return client.received;
}

std::string get(const std::string& target, const std::string& fields) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

std::string post(const std::string& target, const std::string& body, const std::string& fields) {
    return "POST " + target +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + fields + "\r\n" + body;
}

int status_of(const std::string& answer) {
    return answer.compare(0, 9, "HTTP/1.1 ") == 0 ? std::stoi(answer.substr(9, 3)) : 0;
}

std::string body_of(const std::string& answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    return end == std::string::npos ? "no answer" : answer.substr(end + 4);
}

}  // namespace cmagent::platform
