#include "agent/ui/ask_core.h"
#include "agent/ui/session_answer.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {
namespace {

// The session of the path, if the caller may see it; else the answer is 404: that others' sessions
// are there is not told.
const core::Session* find(Context& context, Call& call) {
    const core::SessionIndex index = context.core.find_session(call.id);
    if (index != core::kNoSession) {
        const core::Session& session = context.core.session(index);
        if (call.caller.applications.has(session.stream.application)) return &session;
    }
    call.reply.problem(Problem::no_such_session);
    return nullptr;
}

// RFC 9110 §13.1.1. False: answered with 412.
bool holds_precondition(Call& call, const core::Session& session) {
    const std::string_view wanted = call.request.headers->get("If-Match");
    if (wanted.data() == nullptr || names(wanted, etag(session, call.reply.language())))
        return true;
    call.reply.problem(Problem::precondition_failed);
    return false;
}

// A start with a key that is known: answered, or waiting for the first one's answer. Nothing: it is
// new.
std::optional<Answer> repeat(Context& context, Call& call, std::string_view key) {
    const Idempotency::Start* const known = context.idempotency.find(key, call.now);
    if (known == nullptr) return std::nullopt;
    if (known->digest != digest(call.request.body)) {
        call.reply.problem(Problem::idempotency_mismatch);
        return Answer::now;
    }
    if (known->ticket != 0) {
        Waiter* const waiter = context.waiting.add(call.ticket, Awaited::start, call.caller);
        if (waiter == nullptr) return std::nullopt;
        waiter->core = known->ticket;
        return Answer::later;
    }
    const core::SessionIndex index = context.core.find_session(known->session.view());
    if (index == core::kNoSession) return std::nullopt;
    answer_started(call.reply, context.core.session(index), context.core.settings());
    return Answer::now;
}

// Another app's session must not be ended by a guess at its id.
std::string_view replaceable(const Context& context, const Call& call, std::string_view id) {
    const core::SessionIndex index = context.core.find_session(id);
    if (index == core::kNoSession) return {};
    const bool visible =
        call.caller.applications.has(context.core.session(index).stream.application);
    return visible ? id : std::string_view();
}

}  // namespace

Answer start_session(Context& context, Call& call) {
    Asked request;
    if (!read_body(context, call, kStart, request)) return Answer::now;
    if (!call.caller.applications.has(request.stream.application)) {
        call.reply.problem(Problem::not_permitted);
        return Answer::now;
    }
    const std::string_view key = call.request.headers->get("Idempotency-Key");
    if (key.size() > Idempotency::kMaxKey) {
        call.reply.invalid("Idempotency-Key", "too-long");
        return Answer::now;
    }
    if (!key.empty()) {
        if (const auto answer = repeat(context, call, key)) return *answer;
    }

    core::Start start;
    start.stream = &request.stream;
    start.terminate = &request.terminate;
    start.replaces = replaceable(context, call, request.replaces.view());
    start.wall_ms = context.wall_ms();
    const Answer answer = ask_core(context, call, Awaited::start, start, request.stream);
    if (answer == Answer::later && !key.empty()) {
        context.idempotency.add(key, digest(call.request.body), start.ticket, call.now);
    }
    return answer;
}

Answer list_sessions(Context& context, Call& call) {
    const ETag tag = SessionList::tag(context.core, call.caller);
    call.reply.field("ETag", tag.view());
    if (names(call.request.headers->get("If-None-Match"), tag)) {
        call.reply.empty(304);
    } else {
        context.list.answer(call.reply, context.core, tag);
    }
    return Answer::now;
}

Answer show_session(Context& context, Call& call) {
    const core::Session* const session = find(context, call);
    if (session == nullptr) return Answer::now;
    const ETag tag = etag(*session, call.reply.language());
    if (names(call.request.headers->get("If-None-Match"), tag)) {
        call.reply.field("ETag", tag.view());
        call.reply.empty(304);
        return Answer::now;
    }
    answer_session(call.reply, 200, *session, context.core.settings());
    return Answer::now;
}

Answer change_session(Context& context, Call& call) {
    const core::Session* const session = find(context, call);
    if (session == nullptr || !holds_precondition(call, *session)) return Answer::now;
    Asked request;
    if (!read_body(context, call, kChange, request)) return Answer::now;
    if (!session->live()) {
        call.reply.problem(Problem::session_ended);
        return Answer::now;
    }
    core::Change change;
    change.session = call.id;
    change.metadata = request.has_metadata ? &request.stream.metadata : nullptr;
    change.paused = request.paused;
    const core::Refusal refusal = context.core.handle(change, call.now);
    if (refusal != core::Refusal::none) {
        answer_refusal(context, call, refusal, session->stream);
    } else {
        answer_session(call.reply, 200, *session, context.core.settings());
    }
    return Answer::now;
}

Answer end_session(Context& context, Call& call) {
    const core::Session* const session = find(context, call);
    if (session == nullptr || !holds_precondition(call, *session)) return Answer::now;
    // Nothing speaks against it; that it has ended already is fine.
    (void)context.core.handle(core::Release{call.id}, call.now);
    call.reply.empty(204);
    return Answer::now;
}

Answer confirm_stopped(Context& context, Call& call) {
    if (find(context, call) == nullptr) return Answer::now;
    (void)context.core.handle(core::Stopped{call.id}, call.now);
    call.reply.empty(204);
    return Answer::now;
}

Answer log_out(Context& context, Call& call) {
    Asked request;
    if (!read_body(context, call, kLogout, request)) return Answer::now;
    context.core.handle(core::Logout{request.stream.idp.view(), request.stream.subject.view(),
                                     call.caller.applications.bits()},
                        call.now);
    call.reply.empty(204);
    return Answer::now;
}

}  // namespace cmagent::ui
