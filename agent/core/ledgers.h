#pragma once
#include "agent/base/time.h"
#include "agent/core/conflicts.h"
#include "agent/core/counters.h"
#include "agent/core/history.h"
#include "agent/core/outbox.h"
#include "agent/core/presence.h"
#include "agent/core/queries.h"
#include "agent/core/random.h"
#include "agent/core/reachability.h"
#include "agent/core/required_names.h"
#include "agent/core/session_table.h"
#include "agent/core/settings.h"
#include "agent/core/throttle.h"
#include "agent/core/transition.h"

namespace cmagent::core {

// All that the core keeps. Each ledger is changed by its own file alone, the records of sessions by
// the parts that drive them (Lifecycle, Requests, restore). All zero at the start.
struct Ledgers {
    SessionTable sessions;
    Conflicts conflicts;
    History history;
    Queries queries;
    RequiredNames required_names;
    Throttle throttle;
    Reachability reachability;
    Presence presence;
    Outbox outbox;
    Counters counters;

    // Every decision goes by these.
    Time now{};                          // of the event that is being handled
    const Settings* settings = nullptr;  // there from Core::configure() on
    Random random{};
    TransitionListener* listener = nullptr;  // nullptr: none
    Time first_start{};                      // after a reboot: no start before
    bool shutting_down = false;
};

}  // namespace cmagent::core
