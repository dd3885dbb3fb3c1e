#pragma once
// The local port on real sockets, driven by hand: one thread, a clock that the test turns.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "platform/api/clock.h"
#include "platform/api/http.h"
#include "platform/linux/poller.h"
#include "platform/microhttpd/port.h"

namespace cmagent::platform {

class TurnedClock final : public Clock {
  public:
    std::int64_t boot_ms() override { return now; }
    std::int64_t wall_ms() override { return 0; }
    std::int64_t now = 1'000'000;
};

// An event stream whose content the test provides.
class Spring final : public HttpSource {
  public:
    Taken take(char* into, std::size_t size) override;
    void gone() override { ++times_gone; }

    std::string content;
    bool endless = false;
    bool end = false;
    int times_gone = 0;
};

// Answers /wait later, /stream with a spring, everything else with what it was asked.
class Echo final : public HttpHandler {
  public:
    bool on_request(const HttpRequest& request, HttpTicket ticket, HttpResponse& response) override;
    void on_refused(HttpRefusal why, const HttpHeaders& headers, HttpResponse& response) override;
    void on_abandoned(HttpTicket ticket) override { abandoned.push_back(ticket); }

    std::vector<HttpTicket> waiting;
    std::vector<HttpTicket> abandoned;
    int served = 0;
    Spring spring;

  private:
    std::string text_;
};

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
    // Reads what is there. False: the port has closed.
    bool poll();
    [[nodiscard]] int fd() const { return fd_; }

    std::string received;
    bool closed = false;

  private:
    int fd_;
};

class PortTest : public testing::Test {
  protected:
    void SetUp() override;
    void TearDown() override;

    Client connect();
    Client connect_unix();
    // Lets the loop turn until nothing happens any more.
    void turn();
    void pass(std::int64_t ms);
    // What the port answers to `text` on a connection of its own.
    std::string exchange(const std::string& text);

    EpollPoller poller;
    TurnedClock clock;
    Echo echo;
    std::unique_ptr<MicrohttpdPort> port;

  private:
    Client connect(int family);
};

std::string get(const std::string& target, const std::string& fields = "");
std::string post(const std::string& target, const std::string& body,
                 const std::string& fields = "");
int status_of(const std::string& answer);
std::string body_of(const std::string& answer);

}  // namespace cmagent::platform
