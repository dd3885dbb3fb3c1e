#pragma once
#include <cstddef>
#include <cstdint>

#include "platform/api/http.h"
#include "platform/api/poller.h"
#include "platform/microhttpd/limits.h"
#include "platform/microhttpd/request_reader.h"

struct MHD_Connection;
struct MHD_Response;

namespace cmagent::platform {

class MicrohttpdPort;

// The phase of a connection, and with it whose turn it is. In the order in which connections are
// given up when a new client needs the place: the last two never are.
enum class Phase : std::uint8_t {
    unused,     // this record holds no connection
    closing,    // given up; libmicrohttpd has yet to notice
    open,       // nothing of a (next) request is known
    reading,    // a part of a request has come
    sending,    // our answer is going out
    streaming,  // an event stream
    waiting,    // the handler owes an answer
};

// One connection of the port: a fixed record, for no heap is used after start.
struct HttpConnection final : Watcher {
    // While a connection is suspended, libmicrohttpd does not watch it, and the port does
    // (hazards.md, "libmicrohttpd").
    void on_ready(Interest ready) override;

    // When the client's turn is over; INT64_MAX while it is the agent's turn.
    [[nodiscard]] std::int64_t deadline() const;
    // Forgets the request, keeps the connection.
    void next_request(std::int64_t now);
    // The record is free.
    void end();
    // The source, if there is one, is told that it is free.
    void release_source();

    MicrohttpdPort* port = nullptr;
    MHD_Connection* handle = nullptr;
    int fd = -1;
    Phase phase = Phase::unused;
    bool local_socket = false;
    std::uint32_t user = 0;
    std::uint64_t caller = 0;     // of the last request
    std::size_t answer_size = 0;  // of a copy that goes out
    bool suspended = false;
    bool unread = false;        // bytes may wait that libmicrohttpd does not ask for by itself
    bool closes = false;        // its answer is the last one
    bool lingers = false;       // idle for kLingerMs: a half-close would have been seen by now
    std::uint64_t put_off = 0;  // its place among those that were not heard in their turn; 0: none
    bool quiet = false;         // only the break of a suspended connection is still of interest
    std::int64_t since = 0;     // of this turn, as Clock::boot_ms()

    RequestReader reader;
    std::size_t body_size = 0;  // that has been let in
    HttpTicket ticket = 0;
    HttpSource* source = nullptr;
    MHD_Response* answer = nullptr;  // handed over by respond(), destroyed when it was sent
    int status = 0;                  // of that answer; 0: none was handed over
};

}  // namespace cmagent::platform
