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

const core::Session* ApiState::find_session(std::string_view id, const Caller& caller) const {
    const core::Session* const session = core.ledgers().sessions.find(id);
    const bool visible = session != nullptr && caller.applications.has(session->stream.application);
    return visible ? session : nullptr;
}

const core::Conflict* ApiState::find_conflict(std::string_view id, const Caller& caller) const {
    const core::Conflict* const conflict = core.ledgers().conflicts.find(id);
    const bool visible =
        conflict != nullptr && caller.applications.has(conflict->stream.application);
    return visible ? conflict : nullptr;
}

}  // namespace cmagent::ui
