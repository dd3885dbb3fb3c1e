#pragma once
#include <cstdint>
#include <string_view>

#include "agent/cm/response.h"
#include "agent/ctl/daemon_connection.h"

namespace cmagent::ctl {

// A request of the local API (contract.md, "Local HTTP API").
struct ApiRequest {
    const char* method = "GET";
    std::string_view target = {};
    std::string_view body = {};  // JSON; empty: none
    const char* accept = "application/json";
    // 1.0 for a stream: its body then comes as it is, without chunks.
    const char* version = "1.1";
    std::string_view last_event = {};  // Last-Event-ID; empty: none
    // A start may take the longest time-outs that the configuration allows for connecting and
    // answering, 120 s each, and as much again to look up a start whose answer was lost.
    std::int64_t answer_ms = 480'000;
};

// One exchange with the daemon after the other, blocking. About 270 KiB.
class Client {
  public:
    // Connecting to a process of the same box, or of the same network.
    static constexpr std::int64_t kConnectMs = 5'000;

    // `token`: empty for none. Both must live as long as the client.
    Client(const lib::DaemonAddress& address, std::string_view token)
        : address_(address), token_(token) {}

    // True once there is an answer of any status: status() and body() are then valid until the next
    // call.
    [[nodiscard]] bool exchange(const ApiRequest& call);
    [[nodiscard]] int status() const { return reader_.status(); }
    [[nodiscard]] std::string_view body() const { return reader_.body(); }

    // The same for an answer whose body has no end: true once its head is there. The body is then
    // taken piece by piece; an empty piece is the end. An answer with another status than 200 is
    // read whole, as by exchange().
    [[nodiscard]] bool open_stream(const ApiRequest& call);
    [[nodiscard]] std::string_view next_piece();

    // Waits for a piece, or the end of the stream, without taking it. False: neither has come until
    // then (monotonic_ms()), or before an interruption.
    [[nodiscard]] bool await_piece(std::int64_t until);
    void close();

    // Calls fail as soon as there is something to read from this descriptor; -1: none. interrupted()
    // says whether there is.
    void interrupt_by(int fd) { connection_.interrupt_by(fd); }
    [[nodiscard]] bool interrupted() const { return connection_.interrupted(); }

    // Why there is no answer, for a person.
    [[nodiscard]] std::string_view problem() const { return problem_; }

  private:
    [[nodiscard]] bool send(const ApiRequest& call);
    [[nodiscard]] bool receive(std::int64_t deadline);
    [[nodiscard]] bool read_head(std::int64_t deadline);
    [[nodiscard]] bool read_body(std::int64_t deadline);
    bool fail();

    // As much as the reader ever takes: 16 sessions with all their metadata.
    static constexpr std::size_t kMaxBody = cm::kMaxDiscarded;

    const lib::DaemonAddress& address_;
    const std::string_view token_;
    DaemonConnection connection_;
    std::string_view problem_;
    std::string_view received_;  // of bytes_, not yet read
    char bytes_[4096];
    char body_[kMaxBody];
    cm::ResponseReader reader_{Buffer{body_, kMaxBody}};
};

}  // namespace cmagent::ctl
