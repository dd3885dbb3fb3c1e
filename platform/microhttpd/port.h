#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "platform/api/clock.h"
#include "platform/api/http.h"
#include "platform/api/listener.h"
#include "platform/api/poller.h"
#include "platform/microhttpd/answer.h"
#include "platform/microhttpd/http_connection.h"
#include "platform/microhttpd/limits.h"

struct MHD_Daemon;

namespace cmagent::platform {

// The local port over libmicrohttpd (0.9.75 to 1.0), without a thread and without a listening
// socket of its own: platform::Listener hands connections over with on_connection(), and
// libmicrohttpd's epoll descriptor is nested in the poller. Deadlines, limits and framing are
// enforced here, for every version of libmicrohttpd (hazards.md, "libmicrohttpd"). 2.7 MiB, of
// which only the pages that requests have filled are ever touched: meant for static storage.
//
// A client that half-closes after its request still gets its answer (as the last one of the
// connection), also when it had to wait. A client that closes while it waits is recognised by an
// interim answer (100 Continue), which a closed socket refuses: the request is then abandoned. An
// event stream ends when its client half-closes.
class MicrohttpdPort final : public HttpPort, public ConnectionListener, private Watcher {
  public:
    MicrohttpdPort(Poller& poller, Clock& clock) : poller_(poller), clock_(clock) {}

    // For the log: the version of the library that runs.
    [[nodiscard]] static const char* library();

    // False: the system or libmicrohttpd refused.
    [[nodiscard]] bool start(HttpHandler& handler);
    // Closes all connections; waiting requests are abandoned, sources gone. The handler must still
    // live.
    void stop();

    void on_connection(const AcceptedConnection& accepted) override;

    // When on_time() is due, as Clock::boot_ms(); INT64_MAX: not by itself.
    [[nodiscard]] std::int64_t next_deadline() const;
    void on_time(std::int64_t now);
    // Clients ask faster than they are heard, and have done so for kPressedTurns turns.
    [[nodiscard]] bool pressed() const { return pressed_turns_ >= kPressedTurns; }

    // True once when no connection has gone for kGiveBackMs, and what the gone ones have touched has
    // been given back: the time for others to do the same.
    [[nodiscard]] bool take_quiet();

    void respond(HttpTicket ticket, const HttpResponse& response) override;
    void wake(HttpSource& source) override;
    void drop(HttpSource& source) override;
    [[nodiscard]] std::size_t unacknowledged(const HttpSource& source) const override;

    // The number of connections now.
    [[nodiscard]] unsigned connections() const;

    // For recv(2) of reading.cpp alone: the connection of a socket, null where it is none of this
    // port's, and what libmicrohttpd reads from it.
    [[nodiscard]] HttpConnection* connection_of(int fd);
    [[nodiscard]] ssize_t read(HttpConnection& connection, Buffer into);

  private:
    friend struct HttpConnection;
    struct Callbacks;  // the functions that libmicrohttpd calls

    void on_ready(Interest ready) override;
    void on_client_stirs(HttpConnection& connection);
    void run();
    void read_again(HttpConnection& connection);
    [[nodiscard]] bool may_be_heard(HttpConnection& connection);
    [[nodiscard]] ssize_t hear(HttpConnection& connection, Buffer into);

    [[nodiscard]] HttpConnection* find_place(std::uint64_t caller);
    void give_back_memory();
    void end_turn(HttpConnection& connection);
    void give_up(HttpConnection& connection);

    // The steps of a request. The first ones are made while libmicrohttpd reads.
    [[nodiscard]] std::optional<HttpRefusal> take_request(HttpConnection& connection);
    void serve(HttpConnection& connection);
    void refuse(HttpConnection& connection, HttpRefusal why);
    void make_ready(HttpConnection& connection);
    // Libmicrohttpd asks for the answer; false: the connection is closed.
    [[nodiscard]] bool answer(HttpConnection& connection);
    void finish(HttpConnection& connection);
    void end(HttpConnection& connection);
    [[nodiscard]] bool has_room(const HttpConnection& connection, std::size_t size,
                                std::size_t most, std::size_t HttpConnection::*held) const;
    void admit(HttpConnection& connection, HttpResponse& response);

    [[nodiscard]] MHD_Response* compose(HttpConnection& connection, const HttpResponse& response);
    [[nodiscard]] bool queue(HttpConnection& connection, int status, MHD_Response* answer);

    void suspend(HttpConnection& connection);
    void resume(HttpConnection& connection);
    void abandon(HttpConnection& connection);

    Poller& poller_;
    Clock& clock_;
    HttpHandler* handler_ = nullptr;
    MHD_Daemon* daemon_ = nullptr;
    int epoll_ = -1;
    std::int64_t now_ = 0;                   // of this turn of the loop
    std::int64_t give_back_at_ = INT64_MAX;  // kGiveBackMs after the last connection has gone
    // libmicrohttpd has to run although neither its epoll nor MHD_get_timeout says so.
    bool must_run_ = false;
    bool has_news_ = false;       // for those who have waited
    bool is_quiet_ = false;       // which nobody has asked about yet
    unsigned to_be_heard_ = 0;    // how many more in this turn of the loop
    unsigned pressed_turns_ = 0;  // in a row, in which somebody was put off
    std::uint64_t put_offs_ = 0;  // the last place that was given to a connection that was put off
    HttpTicket last_ticket_ = 0;
    // The answer at once that libmicrohttpd is about to ask for, and whose it is.
    HttpResponse response_;
    const HttpConnection* answered_ = nullptr;
    LastAnswer last_answer_;
    HttpConnection connections_[kMaxConnections];
    Received received_[kMaxConnections];
};

}  // namespace cmagent::platform
