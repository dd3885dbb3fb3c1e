#pragma once
#include <sys/socket.h>

#include <cstdint>

#include "platform/api/clock.h"
#include "platform/api/http.h"
#include "platform/api/poller.h"
#include "platform/microhttpd/connection.h"
#include "platform/microhttpd/limits.h"

struct MHD_Daemon;

namespace cmagent::platform {

// The local port over libmicrohttpd (0.9.75 to 1.0), without a thread and without a listening
// socket of its own: whoever accepts hands connections over with take(), and libmicrohttpd's epoll
// descriptor is nested in our poller. Deadlines, limits and framing are kept here, whatever
// libmicrohttpd's version does (hazards.md). 2.2 MiB, of which only the pages that requests have
// filled are ever touched: meant for static storage.
//
// A client that half-closes after its request still gets its answer (as the last one of the
// connection), also when it had to wait. One that closes while it waits is told from that by an
// interim answer (100 Continue), which a closed socket refuses: the request is then abandoned. An
// event stream ends when its client half-closes.
class MicrohttpdPort final : public HttpPort, private Watcher {
  public:
    MicrohttpdPort(Poller& poller, Clock& clock) : poller_(poller), clock_(clock) {}

    // False: the system or libmicrohttpd refused.
    [[nodiscard]] bool start(HttpHandler& handler);
    // Closes all connections; waiting requests are abandoned, sources gone. The handler must still
    // live.
    void stop();

    // Owns `fd`, an accepted connection, from now on. `peer` is as accept() gave it. Not to be
    // called from within the handler.
    void take(int fd, const sockaddr* peer, socklen_t size);

    // When on_time() is due, as Clock::boot_ms(); INT64_MAX: not by itself.
    [[nodiscard]] std::int64_t next_deadline() const;
    void on_time(std::int64_t now);

    void respond(HttpTicket ticket, const HttpResponse& response) override;
    void wake(HttpSource& source) override;

    // How many connections there are now.
    [[nodiscard]] unsigned connections() const;

  private:
    friend struct Connection;
    struct Callbacks;  // what libmicrohttpd calls

    void on_ready(Interest ready) override;
    void on_client_stirs(Connection& connection);
    void run();

    [[nodiscard]] Connection* find_place();
    void give_up(Connection& connection);

    // What libmicrohttpd asks, in this order; false: close the connection.
    [[nodiscard]] bool begin(Connection& connection, const char* version);
    [[nodiscard]] bool receive(Connection& connection, const char* bytes, std::size_t size);
    [[nodiscard]] bool serve(Connection& connection, const char* method);
    [[nodiscard]] bool deliver(Connection& connection);
    void finish(Connection& connection);

    [[nodiscard]] bool refuse(Connection& connection, HttpRefusal why);
    void write_refusal(Connection& connection, HttpRefusal why);
    [[nodiscard]] MHD_Response* compose(Connection& connection, const HttpResponse& response);
    [[nodiscard]] bool queue(Connection& connection, int status, MHD_Response* answer);

    void suspend(Connection& connection);
    void resume(Connection& connection);
    void abandon(Connection& connection);

    Poller& poller_;
    Clock& clock_;
    HttpHandler* handler_ = nullptr;
    MHD_Daemon* daemon_ = nullptr;
    int epoll_ = -1;
    std::int64_t now_ = 0;            // of this turn of the loop
    Connection* arriving_ = nullptr;  // what take() is handing over
    HttpTicket last_ticket_ = 0;
    Connection connections_[kMaxConnections];
};

}  // namespace cmagent::platform
