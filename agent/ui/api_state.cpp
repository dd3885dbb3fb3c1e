#include "agent/ui/api_state.h"

namespace cmagent::ui {

std::int64_t ApiState::start_time() {
    const Millis up = clock.boot_ms() - started.ms;
    if (started_wall_s == 0 && clock_set()) started_wall_s = (clock.wall_ms() - up) / 1000;
    return started_wall_s;
}

std::size_t ApiState::listeners(IndexSet visible) const {
    std::size_t count = 0;
    const auto add = [&](bool listens, const Caller& caller) {
        count += listens && caller.applications.within(visible) ? 1 : 0;
    };
    for (const EventStream& stream : streams) add(stream.open(), stream.caller());
    for (const PendingRequest& request : pending) add(request.listens(), request.caller);
    return count;
}

core::Presence::Listening ApiState::listening() const {
    core::Presence::Listening listening;
    const auto add = [&](bool listens, const Caller& caller, const core::Presence::Others& others) {
        if (!listens || caller.observer) return;
        (void)listening.add(caller.owner);
        for (const core::Owner& other : others) (void)listening.add(other);
    };
    for (const EventStream& stream : streams) add(stream.open(), stream.caller(), stream.others());
    for (const PendingRequest& request : pending) add(request.listens(), request.caller, {});
    return listening;
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
