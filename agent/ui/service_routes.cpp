#include <algorithm>

#include "agent/ui/ask_core.h"
#include "agent/ui/metrics.h"
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"
#include "agent/ui/status_json.h"
#include "agent/ui/streams_answer.h"

namespace cmagent::ui {

namespace {

// RFC 9110 §9.3.2: a head may go without what only the content could tell. CM is not asked for it.
bool answers_head(RequestContext& request) {
    const bool head = request.http.method == "HEAD";
    if (head) request.reply.text(200, "application/json", {});
    return head;
}

}  // namespace

void show_streams(ApiState& api, RequestContext& request) {
    if (answers_head(request)) return;
    const core::StreamRequest& account = request.parsed->stream;
    core::Query query;
    query.refresh = request.parsed->refresh;
    query.stream = &account;
    if (const core::Look* look = api.core.known(query, request.now)) {
        return answer_streams(request.reply, *look, api, request.now);
    }
    (void)ask_core(api, request, PendingKind::streams, query, account);
}

void end_running_stream(ApiState& api, RequestContext& request) {
    core::EndStream end;
    end.stream = request.id;
    end.account = &request.parsed->stream;
    end.applications = request.caller.applications.bits();
    (void)ask_core(api, request, PendingKind::end, end, request.parsed->stream);
}

void show_outlook(ApiState& api, RequestContext& request) {
    if (answers_head(request)) return;
    core::StreamRequest wish;
    if (!wish.take(request.parsed->stream, api.core.settings().device))
        return answer_refusal(api, request, core::Refusal::invalid_field, wish);
    core::Query query;
    query.refresh = request.parsed->refresh;
    query.stream = &wish;
    if (const core::Look* look = api.core.known(query, request.now))
        return answer_outlook(request.reply, *look, wish, api, request.now);
    (void)ask_core(api, request, PendingKind::outlook, query, wish);
}

void show_required_metadata(ApiState& api, RequestContext& request) {
    if (answers_head(request)) return;
    core::Query query;
    query.call = cm::Call::metadata;
    query.stream = &request.parsed->stream;
    (void)ask_core(api, request, PendingKind::metadata, query, request.parsed->stream);
}

// A number beyond the last one is of a history that was lost: the caller begins anew.
void show_history(ApiState& api, RequestContext& request) {
    const core::History& history = api.core.ledgers().history;
    const std::uint64_t asked = request.parsed->since.value_or(0);
    const std::uint64_t since = asked > history.last() ? 0 : asked;
    std::uint64_t last = request.caller.sees_all() ? history.last() : 0;
    json::Writer& writer = request.reply.json();
    writer.begin_object();
    writer.key("entries").begin_array();
    for (std::size_t i = 0; i < history.size(); ++i) {
        const core::History::Entry& entry = history[i];
        if (!request.caller.applications.has(entry.application)) continue;
        last = std::max<std::uint64_t>(last, entry.id);
        if (entry.id > since) core::write(writer, entry, api.core.settings());
    }
    writer.end_array();
    writer.key("last").number(static_cast<std::int64_t>(last));
    writer.end_object();
    request.reply.finish(200);
}

void show_status(ApiState& api, RequestContext& request) {
    write_status(request.reply.json(), api, request.caller, request.now);
    request.reply.finish(200);
}

// It tells of the whole box, and what it costs CM is shared (Checking::check()).
void show_check(ApiState& api, RequestContext& request) {
    if (!request.caller.sees_all()) return request.reply.problem(Problem::not_allowed);
    if (answers_head(request)) return;
    const std::string_view known = api.checking->check(request.now);
    if (!known.empty()) return request.reply.text(200, "application/json", known);
    if (api.pending.add(request.ticket, PendingKind::check, request.caller) == nullptr)
        request.reply.problem(Problem::busy);
}

void show_health(ApiState&, RequestContext& request) {
    request.reply.json().begin_object().member("status", "ok").end_object();
    request.reply.finish(200);
}

// They tell of the whole box.
void show_metrics(ApiState& api, RequestContext& request) {
    if (!request.caller.sees_all()) return request.reply.problem(Problem::not_allowed);
    const std::string_view text = write_metrics(api, request.reply.buffer());
    request.reply.text(200, "text/plain; version=0.0.4", text);
}

}  // namespace cmagent::ui
