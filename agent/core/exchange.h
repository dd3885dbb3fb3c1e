#pragma once
#include <cstdint>

#include "agent/core/table.h"

namespace cmagent::core {

// The talk of one session with CM: at most one request in flight.
enum class Exchange : std::uint8_t {
    idle,  // nothing to say
    // something to say at a set time: the next heartbeat, or the first call after a reboot
    waiting,
    in_flight,    // the link has it
    backing_off,  // the last attempt failed: again at a set time
    cooling,      // CM throttles: nothing may be said before a set time
};

enum class ExchangeEvent : std::uint8_t {
    ask,        // say it now
    plan,       // say it at a set time
    due,        // the set time has come
    answered,   // the link is done with it; what follows is decided by the lease
    retry,      // the same again after back-off
    throttled,  // the same again after the cool-down
    drop,       // there is nothing more to say
};

enum class ExchangeAction : std::uint8_t {
    none,
    send,
    set_timer,
    clear_timer,
    keep,    // it is said as soon as it may
    cancel,  // take it back from the link
};

using ExchangeTable = Table<Exchange, ExchangeEvent, ExchangeAction>;
[[nodiscard]] const ExchangeTable& exchange_table();

}  // namespace cmagent::core
