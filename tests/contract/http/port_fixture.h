#pragma once
// The local port on real sockets, driven by hand: one thread, a clock that the test turns.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "platform/linux/poller.h"
#include "platform/microhttpd/port.h"
#include "tests/contract/http/echo.h"
#include "tests/fakes/fake_clock.h"

namespace cmagent::platform {

// A client's end of a connection.
class Client {
  public:
    explicit Client(int fd) : fd_(fd) {}
    Client(Client&& other) noexcept : received(std::move(other.received)), fd_(other.fd_) {
        other.fd_ = -1;
    }
    Client(const Client&) = delete;
    ~Client() { close(); }

    void send(const std::string& text) const;
    void half_close() const;
    void close();
    // Reads all that has come. False: the port has closed.
    bool poll();
    [[nodiscard]] int fd() const { return fd_; }

    std::string received;
    bool closed = false;

  private:
    int fd_;
};

// The port, its handler and its surroundings.
class PortBox {
  public:
    PortBox();
    ~PortBox();

    Client connect();
    // The port's end takes few bytes at once where `send_buffer` is given.
    Client connect_unix(int send_buffer = 0);
    // Lets the loop turn until nothing happens any more.
    void turn();
    void pass(std::int64_t ms);
    // The port's answer to `text` on a connection of its own.
    std::string exchange(const std::string& text);

    EpollPoller poller;
    fakes::FakeClock clock;
    Echo echo;
    std::unique_ptr<MicrohttpdPort> port = std::make_unique<MicrohttpdPort>(poller, clock);
};

class PortTest : public testing::Test, protected PortBox {};

std::string get(const std::string& target, const std::string& fields = "");
std::string post(const std::string& target, const std::string& body,
                 const std::string& fields = "");
int status_of(const std::string& answer);
std::string body_of(const std::string& answer);

}  // namespace cmagent::platform
