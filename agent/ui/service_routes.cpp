#include "agent/ui/ask_core.h"
#include "agent/ui/metrics.h"
#include "agent/ui/status_json.h"

namespace cmagent::ui {
namespace {

Outcome ask(ApiState& api, RequestContext& request, PendingKind what, core::Query& query,
            const core::StreamRequest& stream) {
    query.application = stream.application;
    if (request.caller.applications.has(query.application))
        return ask_core(api, request, what, query, stream);
    request.reply.problem(Problem::not_permitted);
    return Outcome::answered;
}

}  // namespace

Outcome show_streams(ApiState& api, RequestContext& request) {
    ParsedRequest parsed;
    if (!read_query(api, request, kStreams, parsed)) return Outcome::answered;
    core::Query query;
    query.call = cm::Call::running_streams;
    query.idp = parsed.stream.idp.view();
    query.subject = parsed.stream.subject.view();
    return ask(api, request, PendingKind::streams, query, parsed.stream);
}

Outcome show_required_metadata(ApiState& api, RequestContext& request) {
    ParsedRequest parsed;
    if (!read_query(api, request, kApplication, parsed)) return Outcome::answered;
    core::Query query;
    query.call = cm::Call::metadata;
    return ask(api, request, PendingKind::metadata, query, parsed.stream);
}

Outcome show_status(ApiState& api, RequestContext& request) {
    write_status(request.reply.json(), api, request.caller, request.now);
    request.reply.finish(200);
    return Outcome::answered;
}

Outcome show_health(ApiState&, RequestContext& request) {
    request.reply.json().begin_object().member("status", "ok").end_object();
    request.reply.finish(200);
    return Outcome::answered;
}

Outcome show_metrics(ApiState& api, RequestContext& request) {
    request.reply.text(200, "text/plain; version=0.0.4",
                       write_metrics(api, request.reply.buffer()));
    return Outcome::answered;
}

}  // namespace cmagent::ui
