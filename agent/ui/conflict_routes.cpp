#include "agent/ui/ask_core.h"
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {

void show_conflict(ApiState& api, RequestContext& request) {
    if (request.conflict->over()) return request.reply.problem(Problem::conflict_over);
    answer_conflict(request.reply, *request.conflict, api, 200);
}

void resolve_conflict(ApiState& api, RequestContext& request) {
    core::Resolve resolve;
    resolve.conflict = request.id;
    resolve.terminate = &request.parsed->terminate;
    if (ask_core(api, request, PendingKind::start, resolve, request.conflict->stream)) return;
    // With the present tag the client knows which list it has to read again.
    const ETag tag = present_tag(*request.conflict, request.caller, api);
    request.reply.field("ETag", tag.view());
}

void give_up_conflict(ApiState& api, RequestContext& request) {
    (void)api.core.handle(core::GiveUp{request.id}, request.now);
    request.reply.empty(204);
}

}  // namespace cmagent::ui
