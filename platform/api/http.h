#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cmagent::platform {

// Header fields of a request. Names are compared without regard to case.
class HttpHeaders {
  public:
    // The value of the first field of that name; a null view (data() == nullptr) where there is
    // none.
    [[nodiscard]] virtual std::string_view get(const char* name) const = 0;
    [[nodiscard]] virtual std::size_t count(const char* name) const = 0;

  protected:
    ~HttpHeaders() = default;
};

// A request as it came in, complete. All views live until the request was answered (for one that
// waits: until the answer was handed over).
struct HttpRequest {
    std::string_view method;
    std::string_view path;   // raw: before the '?', nothing decoded
    std::string_view query;  // raw, without the '?'
    std::string_view body;
    const HttpHeaders* headers = nullptr;
    bool local_socket = false;  // came over a unix socket: there is no name to rebind
    std::uint32_t user = 0;     // as of AcceptedConnection
};

// Content that is made while it is sent: an event stream.
class HttpSource {
  public:
    struct Taken {
        std::size_t bytes = 0;  // 0: nothing now; HttpPort::wake() when there is more
        bool end = false;       // with 0 bytes: close this stream

        [[nodiscard]] static constexpr Taken some(std::size_t bytes) { return {bytes, false}; }
    };
    // Called on the loop's thread when the client can take more.
    [[nodiscard]] virtual Taken take(char* into, std::size_t size) = 0;
    // The source is free again: the client has gone (or half-closed, or does not read), or the
    // source has ended the stream. Called once for every answer with this source, also for an
    // answer that is never sent.
    virtual void gone() = 0;

  protected:
    ~HttpSource() = default;
};

struct HttpField {
    const char* name;  // in the program's constants: kept as a pointer
    std::string_view value;
};

inline constexpr std::size_t kMaxFields = 12;

// An answer. The views must live until respond() has returned (they are copied there) or, for an
// answer at once, until the handler is called again.
struct HttpResponse {
    int status = 500;
    std::string_view body;
    bool lasting = false;      // the body is in the program's constants: it needs no copy
    std::uint64_t caller = 0;  // whose share the connection and the answer count in; 0: nobody's
    HttpSource* source = nullptr;  // instead of a body
    HttpField fields[kMaxFields];
    std::size_t field_count = 0;

    void add(const char* name, std::string_view value) {
        if (field_count < kMaxFields) fields[field_count++] = {name, value};
    }
};

// The reason for which the port itself refuses a request. The connection is closed afterwards.
enum class HttpRefusal : std::uint8_t {
    malformed,        // no HTTP, or what could be read in two ways
    too_slow,         // not complete within its 10 s
    body_too_long,    // over 64 KiB
    target_too_long,  // over 4 KiB
    head_too_long,    // over 16 KiB
    busy,             // its body, or the answer, with those of others more than there is room for
};

// Names a request that waits for its answer. Never reused during a run; 0 is none.
using HttpTicket = std::uint64_t;

// Answers requests. Called on the loop's thread.
class HttpHandler {
  public:
    // True: `response` is the answer. False: the answer comes later, by HttpPort::respond(ticket),
    // never from within this call.
    [[nodiscard]] virtual bool on_request(const HttpRequest& request, HttpTicket ticket,
                                          HttpResponse& response) = 0;
    // Writes the answer to a request that the port refuses. `headers` are those that have come so
    // far.
    virtual void on_refused(HttpRefusal why, const HttpHeaders& headers,
                            HttpResponse& response) = 0;
    // The client of a waiting request has gone: nobody reads its answer; respond() is then ignored.
    virtual void on_abandoned(HttpTicket ticket) = 0;

  protected:
    ~HttpHandler() = default;
};

// The local port. A client that half-closes after its request still gets its answer; the request of
// a client that closes while it waits is abandoned; an event stream ends with either. The port
// refuses by itself a request that is not HTTP, too long or too slow, a connection too many
// (contract.md, "Who may call"), and what would hold too much at once (contract.md, "Shares"); every
// other well-formed request reaches the handler. All calls may come from within the handler and from
// within a source, for any ticket or source but its own.
class HttpPort {
  public:
    // Ignored for a ticket that was answered or abandoned; a source in `response` is then gone().
    virtual void respond(HttpTicket ticket, const HttpResponse& response) = 0;
    // A source has more to give.
    virtual void wake(HttpSource& source) = 0;
    // The client of a source is given up: the source is gone() before this returns.
    virtual void drop(HttpSource& source) = 0;
    // How many bytes that a source has given its client has not acknowledged; 0: all are, or no
    // client reads it.
    [[nodiscard]] virtual std::size_t unacknowledged(const HttpSource& source) const = 0;

  protected:
    ~HttpPort() = default;
};

}  // namespace cmagent::platform
