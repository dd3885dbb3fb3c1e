#pragma once
#include "agent/base/time.h"
#include "agent/core/core.h"
#include "agent/ui/api_settings.h"
#include "agent/ui/caller.h"
#include "agent/ui/event_stream.h"
#include "agent/ui/events.h"
#include "agent/ui/idempotency.h"
#include "agent/ui/parsed_request.h"
#include "agent/ui/pending_requests.h"
#include "agent/ui/reply.h"
#include "agent/ui/session_list.h"
#include "platform/api/clock.h"
#include "platform/api/http.h"

namespace cmagent::ui {

inline constexpr std::size_t kMaxListeners = 8;  // contract.md, "Events"

// What the routes work with.
struct ApiState {
    // Not an aggregate: its initialisation would clear every page of it, also those that nobody needs.
    ApiState(core::Core& the_core, platform::Clock& the_clock) : core(the_core), clock(the_clock) {}

    core::Core& core;
    platform::Clock& clock;
    ApiSettings settings{};
    Time started{};
    core::Ticket last_ticket = 0;
    Events events{};
    EventStream streams[kMaxListeners];
    PendingRequests pending{};
    Idempotency idempotency{};
    SessionList list{};
    std::uint32_t answers[6] = {};  // by hundreds of their status, since the start

    [[nodiscard]] bool clock_set() { return clock.wall_ms() >= platform::build_date_ms(); }
    // For `startedAt`; 0: not known.
    [[nodiscard]] std::int64_t wall_ms() { return clock_set() ? clock.wall_ms() : 0; }
    [[nodiscard]] std::size_t listeners() const {
        std::size_t count = pending.count(PendingKind::events);
        for (const EventStream& stream : streams) count += stream.open() ? 1 : 0;
        return count;
    }
};

// One request on its way to an answer.
struct RequestContext {
    const platform::HttpRequest& http;
    platform::HttpTicket ticket;
    Time now;
    const Caller& caller;
    Reply& reply;
    std::string_view id{};  // what stands for {id} in the path
};

}  // namespace cmagent::ui
