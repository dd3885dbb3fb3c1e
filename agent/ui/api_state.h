#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"
#include "agent/cm/limits.h"
#include "agent/core/core.h"
#include "agent/json/read.h"
#include "agent/ui/api_settings.h"
#include "agent/ui/caller.h"
#include "agent/ui/checking.h"
#include "agent/ui/daemon_facts.h"
#include "agent/ui/event_stream.h"
#include "agent/ui/events.h"
#include "agent/ui/idempotency.h"
#include "agent/ui/pending_requests.h"
#include "agent/ui/session_list.h"
#include "agent/ui/tokens.h"
#include "agent/ui/wrong_tokens.h"
#include "platform/api/clock.h"

namespace cmagent::ui {

inline constexpr std::size_t kMaxListeners = core::Presence::kMaxListeners;

// The state of the local API that outlives a single request: the handlers of all routes work with
// it.
struct ApiState {
    // Not an aggregate: its initialisation would clear every page of it, also pages that are never
    // needed.
    ApiState(core::Core& the_core, platform::Clock& the_clock, platform::HttpPort& the_port)
        : core(the_core), clock(the_clock), port(the_port) {}

    core::Core& core;
    platform::Clock& clock;
    platform::HttpPort& port;
    ApiSettings settings{};
    Time started{};
    std::int64_t started_wall_s = 0;  // 0: the box has had no clock yet
    core::Ticket last_ticket = 0;
    std::uint32_t answers[6] = {};  // by hundreds of their status, since the start
    DaemonFacts facts{};
    Checking* checking = nullptr;  // never null while requests come
    TokenTable bearers{};
    WrongTokens wrong_tokens{};
    Events events{};
    EventStream streams[kMaxListeners];
    EventRooms rooms;
    PendingRequests pending{};
    Idempotency idempotency{};
    SessionList list{};
    json::Token tokens[cm::kMaxBodyTokens];  // of the one text that is being read now

    [[nodiscard]] bool clock_set() { return clock.wall_ms() >= platform::build_date_ms(); }
    // When the daemon started, in seconds since 1970; 0 while the box has no clock. What the clock says
    // first stays.
    [[nodiscard]] std::int64_t start_time();
    // The listeners that may see no other applications than these.
    [[nodiscard]] std::size_t listeners(IndexSet visible = IndexSet::all()) const;
    // Those listeners who are somebody's presence: no observers.
    [[nodiscard]] core::Presence::Listening listening() const;
    // Null where there is none of this id, or where the caller may not see it: the API does not
    // tell one from the other.
    [[nodiscard]] const core::Session* find_session(std::string_view id,
                                                    const Caller& caller) const;
    [[nodiscard]] const core::Conflict* find_conflict(std::string_view id,
                                                      const Caller& caller) const;
};

}  // namespace cmagent::ui
