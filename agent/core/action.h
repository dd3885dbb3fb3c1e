#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/core/exchange_id.h"
#include "agent/core/party.h"
#include "agent/core/refusal.h"
#include "agent/core/session.h"

namespace cmagent::core {

using LookIndex = std::uint8_t;  // names a Look

// The notices that the UI gets without asking (contract.md, "Events").
enum class Notice : std::uint8_t {
    session_started,
    session_updated,
    playback_stop,
    session_ended,
    conflict,
    slot_free,
    logout,  // event `obligation`, action `logout`
    cm_reachable,
    cm_unreachable,
};

enum class ActionKind : std::uint8_t {
    send,         // exchange, urgent, question, caller, allowance: ask Core::describe() when the
                  // link can write
    cancel,       // exchange
    take_back,    // exchange: nobody waits for it; where nothing was sent it is over (`busy`)
    join_player,  // player
    leave_player,
    stop_player,
    force_player,
    cancel_player,  // player: the last order is given up
    notify,         // notice, session or conflict; of `logout` the application
    started,        // ticket, session: the start was decided in the viewer's favour
    refused,        // ticket, refusal, blame, reason, retry_after, session where there is one
    limited,        // ticket, conflict
    listed,         // ticket, application: the names that CM requires are known, see RequiredNames
    looked,         // ticket, look, query: CM was asked for the running streams, see Look
    done,           // ticket: what was asked for has been done
    save,           // the state to keep has changed: see Core::snapshot()
};

// For a player: such actions are polled before all others.
[[nodiscard]] constexpr bool is_order(ActionKind kind) {
    return kind >= ActionKind::join_player && kind <= ActionKind::cancel_player;
}

// One thing to be done in the world. Actions are to be polled before another event is handled.
struct Action {
    ActionKind kind = ActionKind::save;
    SessionIndex session = kNoSession;
    std::uint8_t conflict = 0;  // index
    std::uint8_t player = 0;    // index
    std::uint8_t application = 0;
    LookIndex look = 0;
    std::uint8_t query = 0;  // index
    Notice notice = Notice::session_updated;
    Refusal refusal = Refusal::none;
    cm::Blame blame = cm::Blame::none;
    bool urgent = false;    // a viewer waits for it
    bool question = false;  // about what CM holds, for no session
    Party caller;           // who waits for it
    ExchangeId exchange = 0;
    Ticket ticket = 0;
    Millis allowance = 0;
    Millis retry_after = 0;
    std::string_view reason;  // as `list`, or a literal
};

}  // namespace cmagent::core
