#pragma once
#include "agent/base/time.h"
#include "agent/core/ledgers.h"
#include "agent/core/session.h"

namespace cmagent::core {

// When the lease is over: kNever where that is not known. It is judged only while no answer is due:
// a request in flight may still renew it, and while CM throttles playback goes on, also past the
// lease (cm-api.md, 429).
[[nodiscard]] inline Time lapse_at(const Session& session) {
    const Session::Progress& progress = session.progress;
    const bool due =
        progress.exchange == Exchange::in_flight || progress.exchange == Exchange::cooling;
    return progress.lease == Lease::held && !due ? progress.pace.expires() : kNever;
}

// When something is due for the session; kNever: nothing.
[[nodiscard]] Time deadline_of(const Session& session, const Ledgers& ledgers);

// Does what is due for the session now.
void time_out(Session& session, Ledgers& ledgers);

}  // namespace cmagent::core
