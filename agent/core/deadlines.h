#pragma once
#include "agent/base/time.h"
#include "agent/core/ledgers.h"
#include "agent/core/session.h"

namespace cmagent::core {

// The time at which the lease is over; kNever where that is unknown, and while an answer is due: a
// request in flight may still renew the lease. kNever too while CM throttles: playback goes on,
// also past the lease (cm-api.md, 429).
[[nodiscard]] inline Time lapse_at(const Session& session) {
    const Session::Progress& progress = session.progress;
    const bool due =
        progress.exchange == Exchange::in_flight || progress.exchange == Exchange::cooling;
    return progress.lease == Lease::held && !due ? progress.pace.expires() : kNever;
}

// The session's next deadline; kNever: none.
[[nodiscard]] Time deadline_of(const Session& session, const Ledgers& ledgers);

// CM has just been heard: what failed for want of it need not wait any longer.
void hasten(Ledgers& ledgers);

// Handles every deadline of the session that has come.
void time_out(Session& session, Ledgers& ledgers);

}  // namespace cmagent::core
