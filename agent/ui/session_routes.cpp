#include "agent/ui/ask_core.h"
#include "agent/ui/session_answer.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {
namespace {

// The session of the path, if the caller may see it; else the answer is 404: that others' sessions
// are there is not told.
const core::Session* find(ApiState& api, RequestContext& request) {
    const core::SessionIndex index = api.core.find_session(request.id);
    if (index != core::kNoSession) {
        const core::Session& session = api.core.session(index);
        if (request.caller.applications.has(session.stream.application)) return &session;
    }
    request.reply.problem(Problem::no_such_session);
    return nullptr;
}

// RFC 9110 §13.1.1. False: answered with 412.
bool holds_precondition(RequestContext& request, const core::Session& session) {
    const std::string_view if_match = request.http.headers->get("If-Match");
    if (if_match.data() == nullptr || names(if_match, etag(session, request.reply.language())))
        return true;
    request.reply.problem(Problem::precondition_failed);
    return false;
}

// A start with a key that is known: answered, or waiting for the first one's answer. Nothing: it is
// new.
std::optional<Outcome> repeat(ApiState& api, RequestContext& request, std::string_view key) {
    const Idempotency::Start* const known = api.idempotency.find(key, request.now);
    if (known == nullptr) return std::nullopt;
    if (known->digest != digest(request.http.body)) {
        request.reply.problem(Problem::idempotency_mismatch);
        return Outcome::answered;
    }
    if (known->ticket != 0) {
        PendingRequest* const pending =
            api.pending.add(request.ticket, PendingKind::start, request.caller);
        if (pending == nullptr) return std::nullopt;
        pending->core = known->ticket;
        return Outcome::pending;
    }
    const core::SessionIndex index = api.core.find_session(known->session.view());
    if (index == core::kNoSession) return std::nullopt;
    answer_started(request.reply, api.core.session(index), api.core.settings());
    return Outcome::answered;
}

// Another app's session must not be ended by a guess at its id.
std::string_view replaceable(const ApiState& api, const RequestContext& request,
                             std::string_view id) {
    const core::SessionIndex index = api.core.find_session(id);
    if (index == core::kNoSession) return {};
    const bool visible =
        request.caller.applications.has(api.core.session(index).stream.application);
    return visible ? id : std::string_view();
}

}  // namespace

Outcome start_session(ApiState& api, RequestContext& request) {
    ParsedRequest parsed;
    if (!read_body(api, request, kStart, parsed)) return Outcome::answered;
    if (!request.caller.applications.has(parsed.stream.application)) {
        request.reply.problem(Problem::not_permitted);
        return Outcome::answered;
    }
    const std::string_view key = request.http.headers->get("Idempotency-Key");
    if (key.size() > Idempotency::kMaxKey) {
        request.reply.invalid("Idempotency-Key", "too-long");
        return Outcome::answered;
    }
    if (!key.empty()) {
        if (const auto outcome = repeat(api, request, key)) return *outcome;
    }

    core::Start start;
    start.stream = &parsed.stream;
    start.terminate = &parsed.terminate;
    start.replaces = replaceable(api, request, parsed.replaces.view());
    start.wall_ms = api.wall_ms();
    const Outcome outcome = ask_core(api, request, PendingKind::start, start, parsed.stream);
    if (outcome == Outcome::pending && !key.empty()) {
        api.idempotency.add(key, digest(request.http.body), start.ticket, request.now);
    }
    return outcome;
}

Outcome list_sessions(ApiState& api, RequestContext& request) {
    const ETag tag = SessionList::tag(api.core, request.caller);
    request.reply.field("ETag", tag.view());
    if (names(request.http.headers->get("If-None-Match"), tag)) {
        request.reply.empty(304);
    } else {
        api.list.answer(request.reply, api.core, tag);
    }
    return Outcome::answered;
}

Outcome show_session(ApiState& api, RequestContext& request) {
    const core::Session* const session = find(api, request);
    if (session == nullptr) return Outcome::answered;
    const ETag tag = etag(*session, request.reply.language());
    if (names(request.http.headers->get("If-None-Match"), tag)) {
        request.reply.field("ETag", tag.view());
        request.reply.empty(304);
        return Outcome::answered;
    }
    answer_session(request.reply, 200, *session, api.core.settings());
    return Outcome::answered;
}

Outcome change_session(ApiState& api, RequestContext& request) {
    const core::Session* const session = find(api, request);
    if (session == nullptr || !holds_precondition(request, *session)) return Outcome::answered;
    ParsedRequest parsed;
    if (!read_body(api, request, kChange, parsed)) return Outcome::answered;
    if (!session->live()) {
        request.reply.problem(Problem::session_ended);
        return Outcome::answered;
    }
    core::Change change;
    change.session = request.id;
    change.metadata = parsed.has_metadata ? &parsed.stream.metadata : nullptr;
    change.paused = parsed.paused;
    const core::Refusal refusal = api.core.handle(change, request.now);
    if (refusal != core::Refusal::none) {
        answer_refusal(api, request, refusal, session->stream);
    } else {
        answer_session(request.reply, 200, *session, api.core.settings());
    }
    return Outcome::answered;
}

Outcome end_session(ApiState& api, RequestContext& request) {
    const core::Session* const session = find(api, request);
    if (session == nullptr || !holds_precondition(request, *session)) return Outcome::answered;
    // Nothing speaks against it; that it has ended already is fine.
    (void)api.core.handle(core::Release{request.id}, request.now);
    request.reply.empty(204);
    return Outcome::answered;
}

Outcome confirm_stopped(ApiState& api, RequestContext& request) {
    if (find(api, request) == nullptr) return Outcome::answered;
    (void)api.core.handle(core::Stopped{request.id}, request.now);
    request.reply.empty(204);
    return Outcome::answered;
}

Outcome log_out(ApiState& api, RequestContext& request) {
    ParsedRequest parsed;
    if (!read_body(api, request, kLogout, parsed)) return Outcome::answered;
    api.core.handle(core::Logout{parsed.stream.idp.view(), parsed.stream.subject.view(),
                                 request.caller.applications.bits()},
                    request.now);
    request.reply.empty(204);
    return Outcome::answered;
}

}  // namespace cmagent::ui
