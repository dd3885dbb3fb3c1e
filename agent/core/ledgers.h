#pragma once
#include <cstdint>

#include "agent/base/time.h"
#include "agent/core/calls.h"
#include "agent/core/conflicts.h"
#include "agent/core/counters.h"
#include "agent/core/credit.h"
#include "agent/core/end_stream.h"
#include "agent/core/history.h"
#include "agent/core/ids.h"
#include "agent/core/limits.h"
#include "agent/core/looks.h"
#include "agent/core/outbox.h"
#include "agent/core/patience.h"
#include "agent/core/presence.h"
#include "agent/core/queries.h"
#include "agent/core/random.h"
#include "agent/core/rate.h"
#include "agent/core/refused.h"
#include "agent/core/registrations.h"
#include "agent/core/rejection.h"
#include "agent/core/required_names.h"
#include "agent/core/session_table.h"
#include "agent/core/settings.h"
#include "agent/core/throttle.h"
#include "agent/core/transition.h"

namespace cmagent::core {

// All that the core keeps. Each ledger is changed by its own file alone, the records of sessions by
// the parts that drive them (Lifecycle, Requests, restore). All zero at the start.
//
// Small members stand before large ones, here and in every structure that holds large arrays: an
// ARM instruction reaches only the first 4 KiB of a structure by itself.
struct Ledgers {
    // Every decision goes by these.
    Time now{};                          // of the event that is being handled
    Timer heard_at;                      // the last answer of CM
    std::int64_t boot_wall_ms = 0;       // the boot, by the wall clock; 0: the box has no clock
    const Settings* settings = nullptr;  // there from Core::configure() on
    Random random{};
    Ids ids;
    TransitionListener* listener = nullptr;  // nullptr: none
    Time first_start{};                      // after a reboot: no start before
    bool shutting_down = false;

    Counters counters;
    Calls calls;
    Registrations registrations;
    Credit credit;
    Rejection rejection;
    Presence presence;
    Rates rates;
    Queries queries;
    StreamEnds stream_ends;
    Throttle throttle;
    Refused refused;
    Patience patience;
    Outbox outbox;
    History history;
    Limits limits;
    RequiredNames required_names;
    SessionTable sessions;
    Conflicts conflicts;
    Looks looks;

    // The wall clock's time of the event; 0: the box has no clock.
    [[nodiscard]] std::int64_t wall_ms() const {
        return boot_wall_ms == 0 ? 0 : boot_wall_ms + now.ms;
    }
};

// Rates::take(), now.
[[nodiscard]] inline Millis take_turn(Rates::Kind kind, Party party, Ledgers& ledgers) {
    return ledgers.rates.take(kind, party, *ledgers.settings, ledgers.sessions, ledgers.now);
}

}  // namespace cmagent::core
