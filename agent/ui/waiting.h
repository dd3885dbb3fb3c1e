#pragma once
// Who waits for what. A request of the UI is one ticket of the port; the core decides about tickets
// of its own, so that a retried start (Idempotency-Key) can wait for the same decision.

#include <cstddef>
#include <cstdint>

#include "agent/base/time.h"
#include "agent/core/session.h"
#include "agent/ui/caller.h"
#include "platform/api/http.h"

namespace cmagent::ui {

enum class Awaited : std::uint8_t { start, streams, metadata, events };

struct Waiter {
    platform::HttpTicket http = 0;  // 0: nobody
    Awaited what = Awaited::start;
    Caller caller;
    core::Ticket core = 0;    // start, streams, metadata
    std::uint64_t since = 0;  // events: after this id
    Time until = kNever;      // events: answered with none then

    void clear() { http = 0; }
};

class Waiting {
  public:
    // The port's 32 connections without the 8 of listeners and the 2 that are always free: whoever
    // waits cannot be given up for a new request.
    static constexpr std::size_t kMax = 22;

    // Null: no room.
    [[nodiscard]] Waiter* add(platform::HttpTicket http, Awaited what, const Caller& caller);
    [[nodiscard]] Waiter* find(platform::HttpTicket http);
    [[nodiscard]] bool awaits(core::Ticket ticket) const;
    [[nodiscard]] std::size_t count(Awaited what) const;

    [[nodiscard]] Waiter* begin() { return waiters_; }
    [[nodiscard]] Waiter* end() { return waiters_ + kMax; }
    [[nodiscard]] const Waiter* begin() const { return waiters_; }
    [[nodiscard]] const Waiter* end() const { return waiters_ + kMax; }

  private:
    Waiter waiters_[kMax];
};

}  // namespace cmagent::ui
