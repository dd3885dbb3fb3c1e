#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/span.h"
#include "agent/cm/answer.h"
#include "agent/core/bearer.h"
#include "agent/core/exchange_id.h"
#include "agent/core/owner.h"
#include "agent/core/presence.h"
#include "agent/core/session.h"
#include "agent/core/stream_request.h"

namespace cmagent::core {

// The events of the core. Their views and pointers need to live during the call only. `by` is who
// asks; what only the owner may do is refused to others (contract.md, "Owner").

// --- from the UI ---

// POST /v1/sessions. Decided later: `started`, `refused` or `limited` with this ticket.
struct Start {
    Ticket ticket = 0;
    const StreamRequest* stream = nullptr;  // without device.metadata, which the core adds
    const cm::Codes* terminate = nullptr;
    std::string_view replaces;  // id of a session; empty: none
};

// POST /v1/conflicts/{id}. Decided as Start is.
struct Resolve {
    Ticket ticket = 0;
    std::string_view conflict;
    const cm::Codes* terminate = nullptr;  // none: the same start again
    Owner by;
    Party party;  // who chooses
};

// POST /v1/conflicts/{id} `wait`: takes the place of a waiting before.
struct AwaitPlace {
    std::string_view conflict;
    Millis span = 0;     // 0: waits no more
    bool start = false;  // when a place is free
    Owner by;
};

struct GiveUp {  // DELETE /v1/conflicts/{id}
    std::string_view conflict;
    Owner by;
};

struct Change {  // PATCH /v1/sessions/{id}
    std::string_view session;
    const cm::Metadata* metadata = nullptr;  // null: unchanged
    enum class Paused : std::uint8_t { unchanged, yes, no } paused = Paused::unchanged;
    Owner by;
};

// DELETE /v1/sessions/{id}. The owner has stopped playback; from anybody else it is an order.
struct Release {
    std::string_view session;
    Owner by;
};

struct Stopped {  // POST /v1/sessions/{id}/stopped
    std::string_view session;
    Owner by;
};

// A set of applications, a bit each.
inline constexpr std::uint8_t kEveryApplication = 0xff;

struct Logout {
    std::string_view idp;
    std::string_view subject;
    std::uint8_t applications = kEveryApplication;

    [[nodiscard]] bool concerns(std::uint8_t application) const {
        return (applications >> application & 1) != 0;
    }
    [[nodiscard]] bool concerns(const StreamRequest& stream) const {
        return concerns(stream.application) && stream.of_subject(idp, subject);
    }
};

// GET /v1/streams, GET /v1/outlook, GET /v1/metadata. Decided later: `looked`, `listed` or `refused`
// with this ticket. What is known already is told at once: Core::known().
struct Query {
    Ticket ticket = 0;
    cm::Call call = cm::Call::running_streams;  // or metadata
    bool refresh = false;                       // what is known is not new enough
    // The account; of an outlook all that a start would say, of metadata the application alone.
    const StreamRequest* stream = nullptr;
};

// DELETE /v1/streams/{cmSessionId}. Decided later: `done`, `refused` or `limited` with this ticket.
struct EndStream {
    Ticket ticket = 0;
    std::string_view stream;  // CM's id
    // Of it the application, idp and subject, and who asks.
    const StreamRequest* account = nullptr;
    std::uint8_t applications = kEveryApplication;  // whose sessions the caller may see
};

// Nobody waits for this ticket any more. A start that is not decided yet is withdrawn.
struct Abandoned {
    Ticket ticket = 0;
};

// Those who listen to the event stream now, without observers.
struct Listeners {
    const Presence::Listening* listening = nullptr;
};

// Somebody with a key has called, whatever for; or anybody a session by its id.
struct Called {
    Owner by;
    std::string_view session;
};

// --- from CM ---

struct Answered {
    ExchangeId exchange = 0;
    const cm::Answer* answer = nullptr;
};

// --- from the players ---

struct PlayerSaid {
    // The last two: the picture stands still, or goes on, by the player's own controls.
    enum class What : std::uint8_t { stopped, forced, unreachable, exited, paused, playing };
    std::uint8_t player = 0;
    What what = What::stopped;
};

// --- from the daemon ---

// The tokens that are valid from now on: what was begun with another one is over.
struct Tokens {
    Span<const Bearer> bearers;
};

// The order of `stop_player` has reached the player.
struct StopSent {
    SessionIndex session = kNoSession;
};

// The first event of a run. `kept` is the text of snapshot() in an earlier run; empty: nothing.
struct Begin {
    std::string_view kept;
    // The box was booted since: nothing plays any more, and many boxes may be starting now.
    bool rebooted = false;
    bool resume = true;  // session.onRestart
    // CM is asked whether it knows the applications (contract.md, "Applications at CM").
    bool introduce = false;
};

// The daemon is about to end: every session ends, playback stops. Over when idle().
struct Shutdown {};

}  // namespace cmagent::core
