#include "agent/ui/ask_core.h"
#include "agent/ui/metrics.h"
#include "agent/ui/routes.h"
#include "agent/ui/status_json.h"
#include "agent/ui/streams_answer.h"

namespace cmagent::ui {

void show_streams(ApiState& api, RequestContext& request) {
    const core::StreamRequest& account = request.parsed->stream;
    core::Query query;
    query.refresh = request.parsed->refresh;
    query.stream = &account;
    if (const core::Look* look = api.core.known(query, request.now)) {
        return answer_streams(request.reply, *look, api, request.now);
    }
    (void)ask_core(api, request, PendingKind::streams, query, account);
}

void show_required_metadata(ApiState& api, RequestContext& request) {
    core::Query query;
    query.call = cm::Call::metadata;
    query.stream = &request.parsed->stream;
    (void)ask_core(api, request, PendingKind::metadata, query, request.parsed->stream);
}

void show_status(ApiState& api, RequestContext& request) {
    write_status(request.reply.json(), api, request.caller, request.now);
    request.reply.finish(200);
}

void show_health(ApiState&, RequestContext& request) {
    request.reply.json().begin_object().member("status", "ok").end_object();
    request.reply.finish(200);
}

void show_metrics(ApiState& api, RequestContext& request) {
    const std::string_view text = write_metrics(api, request.reply.buffer());
    request.reply.text(200, "text/plain; version=0.0.4", text);
}

}  // namespace cmagent::ui
