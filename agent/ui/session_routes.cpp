#include "agent/base/text_writer.h"
#include "agent/core/change.h"
#include "agent/ui/ask_core.h"
#include "agent/ui/client_key.h"
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"
#include "agent/ui/session_answer.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {
namespace {

// "metadata." and the name of a pair.
constexpr std::size_t kMaxField = 9 + cm::kMaxName;

// A start whose Idempotency-Key is known is answered like the first start, or waits for the same
// decision. False: this start is to be made anew.
bool repeat_start(ApiState& api, RequestContext& request, std::string_view key) {
    const Idempotency::KeptStart* const first =
        api.idempotency.find(request.parsed->stream.party, key, request.now);
    if (first == nullptr) return false;
    if (!(first->body == platform::sha256(request.http.body))) {
        request.reply.problem(Problem::idempotency_mismatch);
        return true;
    }
    if (first->ticket != 0) {
        PendingRequest* const pending =
            api.pending.add(request.ticket, PendingKind::start, request.caller);
        if (pending == nullptr) return false;
        pending->core = first->ticket;
        return true;
    }
    const core::Session* const session = api.find_session(first->session.view(), request.caller);
    if (session == nullptr) return false;
    answer_started(request.reply, *session, api.core);
    return true;
}

// --- the session is not as the change needs it: the client learns what it is ---

void answer_ended(RequestContext& request, const core::Core& core) {
    const core::Session& session = *request.session;
    const core::EndReason reason = session.progress.end_reason;
    Reply& reply = request.reply;
    reply.field("ETag", etag(session, core, reply.caller()));
    json::Writer& writer = reply.json();
    begin_problem(writer, Problem::session_ended,
                  end_message(reason, &session.terminator, reply.caller().wording()).view(), {});
    writer.member("endReason", core::name(reason));
    write_replacement(writer, session, core, reply.caller());
    writer.end_object();
    reply.finish_problem(Problem::session_ended);
}

void answer_immutable(RequestContext& request, const core::Core& core) {
    const core::Session& session = *request.session;
    const std::string_view name =
        core::find_immutable(session, request.parsed->stream.metadata).name;
    Reply& reply = request.reply;
    reply.field("ETag", etag(session, core, reply.caller()));
    json::Writer& writer = reply.json();
    begin_problem(writer, Problem::immutable_metadata, reply.language(), {});
    char bytes[kMaxField];
    TextWriter field(bytes);
    field << "metadata." << name;
    writer.member("field", field.view());
    writer.member("held", session.stream.metadata.get(name));
    writer.end_object();
    reply.finish_problem(Problem::immutable_metadata);
}

}  // namespace

void start_session(ApiState& api, RequestContext& request) {
    const std::string_view key = request.http.headers->get("Idempotency-Key");
    if (key.size() > Idempotency::kMaxKey) {
        return request.reply.invalid("Idempotency-Key", "too-long");
    }
    if (!key.empty() && repeat_start(api, request, key)) return;

    const ParsedRequest& parsed = *request.parsed;
    if (api.core.settings().wants_owner(parsed.stream.player) && !parsed.stream.owner)
        return request.reply.invalid(kClientKey, "missing");
    core::Start start;
    start.stream = &parsed.stream;
    start.terminate = &parsed.terminate;
    // A session of another application must not be ended by a guess at its id, nor by way of one
    // whose place it has taken.
    const core::Session* const replaced = api.find_session(parsed.replaces.view(), request.caller);
    const core::SessionTable& sessions = api.core.ledgers().sessions;
    if (replaced != nullptr && request.caller.sees(sessions.last_of_chain(*replaced).stream)) {
        start.replaces = parsed.replaces.view();
    }
    const bool decided_later = ask_core(api, request, PendingKind::start, start, parsed.stream);
    if (decided_later && !key.empty()) {
        api.idempotency.add(request.parsed->stream.party, key, request.http.body, start.ticket,
                            request.now);
    }
}

void list_sessions(ApiState& api, RequestContext& request) {
    const ETag tag = SessionList::tag(api.core, request.caller);
    if (not_modified(request, tag)) return;
    request.reply.field("ETag", tag);
    api.list.answer(request.reply, api.core, tag);
}

void show_session(ApiState& api, RequestContext& request) {
    if (not_modified(request, etag(*request.session, api.core, request.caller))) return;
    answer_session(request.reply, 200, *request.session, api.core);
}

void change_session(ApiState& api, RequestContext& request) {
    const ParsedRequest& parsed = *request.parsed;
    core::Change change;
    change.session = request.id;
    change.metadata = parsed.has_metadata ? &parsed.stream.metadata : nullptr;
    change.paused = parsed.paused;
    change.by = request.caller.owner;
    const core::Refusal refusal = api.core.handle(change, request.now);
    if (refusal == core::Refusal::no_such_session) return answer_ended(request, api.core);
    if (refusal == core::Refusal::immutable_metadata) return answer_immutable(request, api.core);
    if (refusal != core::Refusal::none) {
        return answer_refusal(api, request, refusal, request.session->stream);
    }
    answer_session(request.reply, 200, *request.session, api.core);
}

void end_session(ApiState& api, RequestContext& request) {
    // The core refuses nothing here: a session that has ended already stays ended.
    (void)api.core.handle(core::Release{request.id, request.caller.owner}, request.now);
    request.reply.empty(204);
}

void confirm_stopped(ApiState& api, RequestContext& request) {
    const core::Refusal refusal =
        api.core.handle(core::Stopped{request.id, request.caller.owner}, request.now);
    answer_done(api, request, refusal, request.session->stream);
}

void log_out(ApiState& api, RequestContext& request) {
    const core::StreamRequest& account = request.parsed->stream;
    api.core.handle(core::Logout{account.idp.view(), account.subject.view(),
                                 request.caller.applications.bits()},
                    request.now);
    request.reply.empty(204);
}

}  // namespace cmagent::ui
