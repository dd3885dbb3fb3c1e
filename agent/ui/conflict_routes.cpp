#include "agent/ui/ask_core.h"

namespace cmagent::ui {
namespace {

const core::Conflict* find(ApiState& api, RequestContext& request) {
    const core::Conflict* const conflict = api.core.find_conflict(request.id);
    if (conflict != nullptr && request.caller.applications.has(conflict->stream.application)) {
        return conflict;
    }
    request.reply.problem(Problem::no_such_conflict);
    return nullptr;
}

}  // namespace

Outcome show_conflict(ApiState& api, RequestContext& request) {
    const core::Conflict* const conflict = find(api, request);
    if (conflict == nullptr) return Outcome::answered;
    if (conflict->over) {
        request.reply.problem(Problem::conflict_over);
    } else {
        answer_conflict(request.reply, *conflict, api.core, 200);
    }
    return Outcome::answered;
}

Outcome resolve_conflict(ApiState& api, RequestContext& request) {
    const core::Conflict* const conflict = find(api, request);
    if (conflict == nullptr) return Outcome::answered;
    ParsedRequest parsed;
    if (!read_body(api, request, kResolve, parsed)) return Outcome::answered;
    core::Resolve resolve;
    resolve.conflict = request.id;
    resolve.terminate = &parsed.terminate;
    resolve.wall_ms = api.wall_ms();
    return ask_core(api, request, PendingKind::start, resolve, conflict->stream);
}

Outcome give_up_conflict(ApiState& api, RequestContext& request) {
    if (find(api, request) == nullptr) return Outcome::answered;
    (void)api.core.handle(core::GiveUp{request.id}, request.now);
    request.reply.empty(204);
    return Outcome::answered;
}

}  // namespace cmagent::ui
