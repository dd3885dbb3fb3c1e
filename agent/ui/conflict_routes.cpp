#include "agent/ui/ask_core.h"

namespace cmagent::ui {
namespace {

const core::Conflict* find(Context& context, Call& call) {
    const core::Conflict* const conflict = context.core.find_conflict(call.id);
    if (conflict != nullptr && call.caller.applications.has(conflict->stream.application)) {
        return conflict;
    }
    call.reply.problem(Problem::no_such_conflict);
    return nullptr;
}

}  // namespace

Answer show_conflict(Context& context, Call& call) {
    const core::Conflict* const conflict = find(context, call);
    if (conflict == nullptr) return Answer::now;
    if (conflict->over) {
        call.reply.problem(Problem::conflict_over);
    } else {
        answer_conflict(call.reply, *conflict, context.core, 200);
    }
    return Answer::now;
}

Answer resolve_conflict(Context& context, Call& call) {
    const core::Conflict* const conflict = find(context, call);
    if (conflict == nullptr) return Answer::now;
    Asked request;
    if (!read_body(context, call, kResolve, request)) return Answer::now;
    core::Resolve resolve;
    resolve.conflict = call.id;
    resolve.terminate = &request.terminate;
    resolve.wall_ms = context.wall_ms();
    return ask_core(context, call, Awaited::start, resolve, conflict->stream);
}

Answer give_up_conflict(Context& context, Call& call) {
    if (find(context, call) == nullptr) return Answer::now;
    (void)context.core.handle(core::GiveUp{call.id}, call.now);
    call.reply.empty(204);
    return Answer::now;
}

}  // namespace cmagent::ui
