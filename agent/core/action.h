#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"
#include "agent/core/session.h"

namespace cmagent::core {

// Why something that was asked for is not done. The names are the `code`s of contract.md.
enum class Refusal : std::uint8_t {
    none,
    no_such_session,
    no_such_conflict,
    conflict_over,
    code_not_offered,
    immutable_metadata,
    invalid_field,     // a value that only the core can judge, e.g. metadata beyond its room
    missing_metadata,  // see Core::required()
    throttled,         // with retry_after
    replaced,
    stream_limit,  // with the conflict
    too_many_sessions,
    too_many_queries,
    cm_protocol,
    cm_credentials,
    cm_tls,
    cm_unreachable,
    cm_timeout,
    clock_not_set,
    shutting_down,
};

// What the UI is told without asking (contract.md, "Events").
enum class Notice : std::uint8_t {
    session_started,
    session_updated,
    playback_stop,
    session_ended,
    conflict,
    logout,  // event `obligation`, action `logout`
    cm_reachable,
    cm_unreachable,
};

enum class ActionKind : std::uint8_t {
    send,         // exchange, urgent, allowance: ask Core::describe() when the link can write
    cancel,       // exchange
    join_player,  // player
    leave_player,
    stop_player,
    force_player,
    notify,   // notice, session or conflict
    started,  // ticket, session: the start was decided in the viewer's favour
    refused,  // ticket, refusal, reason, retry_after, session where there is one
    limited,  // ticket, conflict
    listed,   // ticket, body: CM's answer to a query
    save,     // the state to keep has changed: see Core::snapshot()
};

// One thing to be done in the world. `body` and `reason` point into the answer that caused it: actions are to be polled
// before that answer goes away.
struct Action {
    ActionKind kind = ActionKind::save;
    SessionIndex session = kNoSession;
    std::uint8_t conflict = 0;  // index
    std::uint8_t player = 0;    // index
    std::uint8_t application = 0;
    Notice notice = Notice::session_updated;
    Refusal refusal = Refusal::none;
    bool urgent = false;  // a viewer waits for it
    std::uint32_t exchange = 0;
    Ticket ticket = 0;
    Millis allowance = 0;
    Millis retry_after = 0;
    std::string_view body;
    std::string_view reason;
};

// Actions in the order in which they are to be done. The most that one event can cause is the end of all sessions at
// once (logout, shutdown): four actions for each of 32 records (tell the UI, tell the player, leave it, tell CM), and
// some for whoever waits.
class ActionQueue {
  public:
    static constexpr std::size_t kCapacity = 256;

    // The action behind all others, to be filled in. One too many gets a place from which it is never polled.
    Action& add(ActionKind kind);
    [[nodiscard]] bool poll(Action& into);

  private:
    // All zero until an action is put there: see Core, "all zero at the start".
    union Place {
        constexpr Place() : nothing() {}
        char nothing;
        Action action;
    };
    Place ring_[kCapacity + 1] = {};
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

}  // namespace cmagent::core
