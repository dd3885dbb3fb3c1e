#include "agent/ui/ask_core.h"
#include "agent/ui/metrics.h"
#include "agent/ui/status_json.h"

namespace cmagent::ui {
namespace {

Answer ask(Context& context, Call& call, Awaited what, core::Query& query,
           const core::StreamRequest& stream) {
    query.application = stream.application;
    if (call.caller.applications.has(query.application))
        return ask_core(context, call, what, query, stream);
    call.reply.problem(Problem::not_permitted);
    return Answer::now;
}

}  // namespace

Answer show_streams(Context& context, Call& call) {
    Asked request;
    if (!read_query(context, call, kStreams, request)) return Answer::now;
    core::Query query;
    query.call = cm::Call::running_streams;
    query.idp = request.stream.idp.view();
    query.subject = request.stream.subject.view();
    return ask(context, call, Awaited::streams, query, request.stream);
}

Answer show_required_metadata(Context& context, Call& call) {
    Asked request;
    if (!read_query(context, call, kApplication, request)) return Answer::now;
    core::Query query;
    query.call = cm::Call::metadata;
    return ask(context, call, Awaited::metadata, query, request.stream);
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
