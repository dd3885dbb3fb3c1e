#pragma once
// The requests whose answer comes later. A request of the UI is one ticket of the port; the core
// decides about tickets of its own, so that a repeated start (Idempotency-Key) can wait for the
// same decision.

#include <cstddef>
#include <cstdint>

#include "agent/base/time.h"
#include "agent/core/session.h"
#include "agent/ui/caller.h"
#include "platform/api/http.h"

namespace cmagent::ui {

enum class PendingKind : std::uint8_t {
    start,
    streams,
    outlook,
    end,
    metadata,
    events,
    check,
    wrong_token
};

struct PendingRequest {
    platform::HttpTicket http = 0;  // 0: this place is free
    PendingKind kind = PendingKind::start;
    Caller caller;
    core::Ticket core = 0;  // start, streams, outlook, metadata: of the decision that is waited for
    std::uint64_t since = 0;  // events: the id of the last event that the caller knows
    // events, wrong_token: answered then, with an empty list if need be, or with the refusal
    Time until = kNever;

    // A long poll, which is a listener as an event stream is.
    [[nodiscard]] bool listens() const { return http != 0 && kind == PendingKind::events; }
    void clear() { http = 0; }
};

class PendingRequests {
  public:
    // The port's 32 connections without the 8 of listeners and the 2 that are always free: a
    // connection whose request is pending cannot be given up for a new one.
    static constexpr std::size_t kMax = 22;

    // Null: no room, or the caller has its share already.
    [[nodiscard]] PendingRequest* add(platform::HttpTicket http, PendingKind kind,
                                      const Caller& caller);
    // Null: no request of this ticket is pending.
    [[nodiscard]] PendingRequest* find(platform::HttpTicket http);
    // Whether a request waits for the core's decision about `ticket`.
    [[nodiscard]] bool awaits(core::Ticket ticket) const;
    [[nodiscard]] std::size_t count(PendingKind kind) const;

    [[nodiscard]] PendingRequest* begin() { return requests_; }
    [[nodiscard]] PendingRequest* end() { return requests_ + kMax; }
    [[nodiscard]] const PendingRequest* begin() const { return requests_; }
    [[nodiscard]] const PendingRequest* end() const { return requests_ + kMax; }

  private:
    PendingRequest requests_[kMax];
};

}  // namespace cmagent::ui
