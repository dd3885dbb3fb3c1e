#pragma once
// Everything that moves the lease: an answer of CM, or the time that has passed without one,
// becomes a lease event here. The table (lease.cpp) says what follows. Nothing is changed here.

#include <string_view>

#include "agent/base/text.h"
#include "agent/cm/answer.h"
#include "agent/cm/limits.h"
#include "agent/cm/request.h"
#include "agent/core/lease.h"
#include "agent/core/ledgers.h"
#include "agent/core/session.h"

namespace cmagent::core {

// The event for the answer to the session's exchange (cm-api.md, "What each answer means for the
// box"). Not for an answer to GET /metadata, which decides nothing.
[[nodiscard]] LeaseEvent lease_event_for(const Session& session, const cm::Answer& answer,
                                         const Ledgers& ledgers);

// The event for the end of the lease's life time, while no answer is due.
[[nodiscard]] LeaseEvent lapse_event_for(const Session& session, const Ledgers& ledgers);

// What stands against letting the start in while CM cannot be reached, for the integrator: a
// refusal of CM's, or an outage whose credit is spent (contract.md, "Credit"). Empty: nothing.
[[nodiscard]] std::string_view no_credit(const Session& session, const Ledgers& ledgers);

// CM has found fault twice since it last accepted something: asking again is of no use.
[[nodiscard]] bool refused_for_good(const Session& session);

// CM's word against the account, not against the request: nothing that this box has ended itself.
[[nodiscard]] bool is_refusal(LeaseEvent event);

// With `own_conflict`: what is in the way is what a zap replaces, or there are codes of the
// conflicts that may be ended without asking the viewer. False, and nothing changed: there are none.
// `into` may be the session's own.
[[nodiscard]] bool own_codes(const Session& session, const cm::Evaluation& evaluation,
                             const Ledgers& ledgers, cm::Codes& into);

// With `found`: CM's id of the session, among the streams that CM lists. False, and nothing
// changed: the session is not among them.
[[nodiscard]] bool find_listed(const Session& session, json::Item list,
                               Text<cm::kMaxSessionId>& into);

}  // namespace cmagent::core
