#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/characters.h"
#include "agent/base/text.h"
#include "agent/cm/endpoint.h"
#include "agent/cm/metadata.h"

namespace cmagent::cm {

// The calls of cm-api.md, "Calls".
enum class Call : std::uint8_t { start, heartbeat, end, running_streams, metadata };

// The characters of a termination code, as X-Terminate lists it: visible ASCII but the comma.
[[nodiscard]] constexpr bool is_code_character(char c) {
    return is_visible(c) && c != ',';
}

// Termination codes, as the viewer chose them.
struct Codes {
    Text<kMaxCode> list[kMaxCodes];
    std::size_t count = 0;

    // False, and unchanged: no room, too long, empty, or another character. One that is there
    // already is not added again.
    [[nodiscard]] bool add(std::string_view code);
    [[nodiscard]] bool has(std::string_view code) const;
    void clear();
};

// One call. All views and pointers must live until write() has returned.
struct Request {
    Call call = Call::start;
    std::string_view application_id;
    std::string_view idp;
    std::string_view subject;
    std::string_view session;            // heartbeat, end
    const Metadata* metadata = nullptr;  // start, heartbeat: goes into the form body
    const Codes* terminate = nullptr;    // start: X-Terminate, one field, commas between the codes
    std::string_view client_version{};   // visible characters; empty: the agent's own
    // Its like was lost, perhaps with a connection that was kept: it goes on one that has carried
    // nothing yet.
    bool fresh = false;
};

// Writes the HTTP/1.1 request into `into`; kMaxRequest bytes are enough for a request that keeps to
// limits.h. Returns its size, 0 when it does not fit, or when its path would have an empty segment: a
// heartbeat without a session would be a start. Everything from outside is percent-encoded
// (RFC 3986 §2.1), so no byte of it can end a line. A start without metadata has an empty form
// body.
[[nodiscard]] std::size_t write(const Endpoint& endpoint, const Request& request, Buffer into);

}  // namespace cmagent::cm
