#include "agent/ui/api_state.h"

namespace cmagent::ui {

std::size_t ApiState::listeners() const {
    std::size_t count = pending.count(PendingKind::events);
    for (const EventStream& stream : streams) count += stream.open() ? 1 : 0;
    return count;
}

core::Presence::Listening ApiState::listening() const {
    core::Presence::Listening listening;
    const auto add = [&](bool listens, const Caller& caller) {
        if (listens && !caller.observer) (void)listening.add(caller.owner);
    };
    for (const EventStream& stream : streams) add(stream.open(), stream.caller());
    for (const PendingRequest& request : pending)
        add(request.http != 0 && request.kind == PendingKind::events, request.caller);
    return listening;
}

std::size_t ApiState::listeners(const Caller& caller) const {
    std::size_t count = 0;
    for (const PendingRequest& request : pending) {
        const bool listens = request.http != 0 && request.kind == PendingKind::events;
        count += listens && request.caller.applications.within(caller.applications) ? 1 : 0;
    }
    for (const EventStream& stream : streams) {
        count += stream.open() && stream.caller().applications.within(caller.applications) ? 1 : 0;
    }
    return count;
}

const core::Session* ApiState::find_session(std::string_view id, const Caller& caller) const {
    const core::Session* const session = core.ledgers().sessions.find(id);
    return session != nullptr && caller.sees(session->stream) ? session : nullptr;
}

const core::Conflict* ApiState::find_conflict(std::string_view id, const Caller& caller) const {
    const core::Conflict* const conflict = core.ledgers().conflicts.find(id);
    return conflict != nullptr && caller.sees(conflict->stream) ? conflict : nullptr;
}

}  // namespace cmagent::ui
