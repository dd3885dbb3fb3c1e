#include "agent/core/revoke.h"

#include "agent/core/lifecycle.h"
#include "agent/core/resolve.h"

namespace cmagent::core {
namespace {

bool is_revoked(const StreamRequest& stream, const Tokens& event) {
    if (!stream.party.by_token()) return false;
    for (const Bearer& bearer : event.bearers) {
        if (bearer.party() == stream.party && bearer.may_watch(stream)) return false;
    }
    return true;
}

}  // namespace

void revoke(const Tokens& event, Ledgers& ledgers) {
    for (Session& session : ledgers.sessions) {
        if (is_revoked(session.stream, event))
            Lifecycle(ledgers, session).end(EndReason::revoked, Refusal::replaced);
    }
    for (Conflict& conflict : ledgers.conflicts) {
        if (is_revoked(conflict.stream, event)) conclude(conflict, Outcome::gave_up, ledgers);
    }
}

}  // namespace cmagent::core
