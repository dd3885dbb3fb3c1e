#pragma once
#include <cstddef>
#include <cstdint>

#include "platform/api/http.h"
#include "platform/api/poller.h"
#include "platform/microhttpd/head.h"
#include "platform/microhttpd/limits.h"

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
    heading,    // the request line has come
    receiving,  // the head has come and is sound
    refused,    // the refusal of its request is going out
    sending,    // our answer is going out
    streaming,  // an event stream
    waiting,    // the handler owes an answer
};

// The bytes of one request. Apart from the records: these lie together in a few pages, and of the
// bytes only the pages that a request has filled are ever touched.
struct Received {
    char target[kMaxTarget];
    char body[kMaxBody];
};

// One connection of the port: a fixed record, for no heap is used after start.
struct HttpConnection final : Watcher {
    // While a connection is suspended, libmicrohttpd does not watch it, and the port does
    // (hazards.md, "libmicrohttpd").
    void on_ready(Interest ready) override;

    // When the client's turn is over; INT64_MAX while it is the agent's turn.
    [[nodiscard]] std::int64_t deadline() const;
    // A part of the body; false: more than kMaxBody.
    [[nodiscard]] bool append(const char* bytes, std::size_t size);
    // What was held for the request is free, and wiped: it may hold a subject, a key, a token.
    void end_request();
    // Forgets the request, keeps the connection.
    void next_request(std::int64_t now);
    // The source, if there is one, is told that it is free.
    void release_source();
    // Wipes the body; the memory of a long one the system takes back.
    void release_body();

    MicrohttpdPort* port = nullptr;
    Received* received = nullptr;
    MHD_Connection* handle = nullptr;
    int fd = -1;
    Phase phase = Phase::unused;
    bool local_socket = false;
    std::uint32_t user = 0;
    std::uint64_t caller = 0;     // of the last request
    std::size_t answer_size = 0;  // of a copy that goes out
    bool knows_interim = false;   // HTTP/1.1: may be sent a 1xx (RFC 9110 §15.2)
    bool suspended = false;
    bool lingers = false;    // idle for kLingerMs: a half-close would have been seen by now
    bool quiet = false;      // only the break of a suspended connection is still of interest
    std::int64_t since = 0;  // of this turn, as Clock::boot_ms()

    Head head;
    HttpTicket ticket = 0;
    HttpSource* source = nullptr;
    MHD_Response* answer = nullptr;  // handed over by respond(), destroyed when it was sent
    int status = 0;                  // of that answer

    std::size_t target_size = 0;
    std::size_t body_size = 0;
};

}  // namespace cmagent::platform
