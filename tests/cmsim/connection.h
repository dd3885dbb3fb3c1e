#pragma once
// One connection of a Server: handshake, then request after request until one side has enough.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/cmsim/server.h"

namespace cmagent::cmsim {

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(Server& server, ConnectionNumber number, std::unique_ptr<Transport> transport);
    ~Connection();

    void start(Welcome welcome);
    void close();

  private:
    enum class State { handshaking, reading, waiting, sending, silent, closed };

    void ready(std::uint32_t events);
    void go_on();
    void shake_hands();
    void read();
    void deliver(Delivery delivery);
    void send();
    void send_paced();
    Io send_some(std::size_t limit);
    void finish();
    void reset();
    void wait_for(Io io);
    void pause(State state);
    void sleep(Millis delay, void (Connection::*then)());
    void after(Millis delay, void (Connection::*then)());
    void forget_timer();
    void limit_idleness();
    void say_goodbye();

    Server& server_;
    const ConnectionNumber number_;
    std::unique_ptr<Transport> transport_;
    State state_ = State::handshaking;
    std::string received_;
    Delivery delivery_;
    std::string_view unsent_;
    std::optional<Loop::Timer> timer_;
};

}  // namespace cmagent::cmsim
