#pragma once
// Accepts connections, reads requests, and plays out the deliveries of its handler.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "tests/cmsim/http.h"
#include "tests/cmsim/loop.h"
#include "tests/cmsim/transport.h"

namespace cmagent::cmsim {

class Connection;

struct CannotListen : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Connections are numbered from 1 in the order in which they come.
using ConnectionNumber = std::uint64_t;

enum class Welcome {
    serve,
    stall,  // the connection stands, and not a byte is answered, not even of the handshake
    reset,
};

struct ServerHooks {
    std::function<Delivery(const Request&, ConnectionNumber)> answer;
    std::function<std::unique_ptr<Transport>(int descriptor)> transport;
    std::function<Welcome(ConnectionNumber)> welcome = [](ConnectionNumber) {
        return Welcome::serve;
    };
    std::function<void(ConnectionNumber)> handshake_failed = [](ConnectionNumber) {};
    // The bytes are no request by RFC 9112, or over the limits of http.h; 400 is answered.
    std::function<void(ConnectionNumber)> malformed = [](ConnectionNumber) {};
    Millis idle_close = 0;  // a connection without a request for so long is closed; 0: never
};

class Server {
  public:
    // `address` is HOST:PORT, [HOST]:PORT or PORT (on 127.0.0.1); port 0 picks a free one. Throws
    // CannotListen.
    Server(Loop& loop, const std::string& address, ServerHooks hooks);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string authority() const;  // HOST:PORT as it is listened on

    // Without accepting, the port is closed: a client's connect() is refused. Throws CannotListen
    // where another program has taken the port meanwhile.
    void set_accepting(bool accepting);
    [[nodiscard]] bool accepting() const { return listener_ >= 0; }

    // Closes those that are idle or busy, as a server that restarts does.
    void close_connections();

    [[nodiscard]] std::uint64_t opened() const { return opened_; }
    [[nodiscard]] std::size_t open() const { return connections_.size(); }

  private:
    friend class Connection;

    void listen();
    void stop_listening();
    void accept_waiting();

    Loop& loop_;
    ServerHooks hooks_;
    std::string host_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    ConnectionNumber opened_ = 0;
    std::map<ConnectionNumber, std::shared_ptr<Connection>> connections_;
};

}  // namespace cmagent::cmsim
