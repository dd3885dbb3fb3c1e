#include "agent/ui/ask_core.h"
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {

void show_conflict(ApiState& api, RequestContext& request) {
    if (request.conflict->over()) return request.reply.problem(Problem::conflict_over);
    // The tag costs a reading of the whole body, as the answer does: only for those who ask.
    const bool asked = !request.http.headers->get("If-None-Match").empty();
    if (asked && not_modified(request, present_tag(*request.conflict, request.caller, api))) return;
    answer_conflict(request.reply, *request.conflict, api, 200);
}

namespace {

void await_place(ApiState& api, RequestContext& request) {
    core::AwaitPlace wait;
    wait.conflict = request.id;
    wait.span = request.parsed->wait->seconds * kSecond;
    wait.start = request.parsed->wait->start;
    wait.by = request.caller.owner;
    const core::Refusal refusal = api.core.handle(wait, request.now);
    if (refusal != core::Refusal::none)
        return answer_refusal(api, request, refusal, request.conflict->stream);
    answer_conflict(request.reply, *request.conflict, api, 202);
}

}  // namespace

void resolve_conflict(ApiState& api, RequestContext& request) {
    // The start would be on the player that was asked for then.
    if (!request.caller.players.has(request.conflict->stream.player))
        return request.reply.problem(Problem::not_allowed);
    if (request.parsed->wait) return await_place(api, request);
    core::Resolve resolve;
    resolve.conflict = request.id;
    resolve.terminate = &request.parsed->terminate;
    resolve.by = request.caller.owner;
    resolve.party = request.parsed->stream.party;
    if (ask_core(api, request, PendingKind::start, resolve, request.conflict->stream)) return;
    if (request.conflict->over()) return;
    // With the present tag the client knows which list it has to read again.
    const ETag tag = present_tag(*request.conflict, request.caller, api);
    request.reply.field("ETag", tag);
}

void give_up_conflict(ApiState& api, RequestContext& request) {
    const core::Refusal refusal =
        api.core.handle(core::GiveUp{request.id, request.caller.owner}, request.now);
    answer_done(api, request, refusal, request.conflict->stream);
}

}  // namespace cmagent::ui
