#include "agent/ui/metrics.h"
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"
#include "agent/ui/status_json.h"

namespace cmagent::ui {
namespace {

Answer ask(Context& context, Call& call, Awaited what, core::Query query) {
    if (!call.caller.applications.has(query.application)) {
        call.reply.problem(Problem::not_permitted);
        return Answer::now;
    }
    Waiter* const waiter = context.waiting.add(call.ticket, what, call.caller);
    if (waiter == nullptr) {
        call.reply.problem(Problem::busy);
        return Answer::now;
    }
    query.ticket = ++context.last_ticket;
    waiter->core = query.ticket;
    const core::Refusal refusal = context.core.handle(query, call.now);
    if (refusal == core::Refusal::none) return Answer::later;
    waiter->clear();
    // Eight questions at once is what the core takes.
    const bool full = refusal == core::Refusal::too_many_sessions;
    call.reply.problem(full ? Problem::busy : problem_of(refusal));
    return Answer::now;
}

}  // namespace

Answer show_streams(Context& context, Call& call) {
    Asked request;
    if (!read_query(context, call, kStreams, request)) return Answer::now;
    core::Query query;
    query.call = cm::Call::running_streams;
    query.application = request.wanted.application;
    query.idp = request.wanted.idp.view();
    query.subject = request.wanted.subject.view();
    return ask(context, call, Awaited::streams, query);
}

Answer show_required_metadata(Context& context, Call& call) {
    Asked request;
    if (!read_query(context, call, kApplication, request)) return Answer::now;
    core::Query query;
    query.call = cm::Call::metadata;
    query.application = request.wanted.application;
    return ask(context, call, Awaited::metadata, query);
}

Answer show_status(Context& context, Call& call) {
    write_status(call.reply.json(), context, call.caller, call.now);
    call.reply.finish(200);
    return Answer::now;
}

Answer show_health(Context&, Call& call) {
    call.reply.json().begin_object().member("status", "ok").end_object();
    call.reply.finish(200);
    return Answer::now;
}

Answer show_metrics(Context& context, Call& call) {
    call.reply.text(200, "text/plain; version=0.0.4", write_metrics(context, call.reply.buffer()));
    return Answer::now;
}

}  // namespace cmagent::ui
