#include "agent/ui/local_api.h"

#include "agent/ui/events_answer.h"
#include "agent/ui/guard.h"
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"
#include "agent/ui/session_answer.h"
#include "agent/ui/streams_json.h"

namespace cmagent::ui {
namespace {

Event event_of(const core::Action& action, const core::Core& core) {
    Event event;
    event.notice = action.notice;
    if (action.notice == core::Notice::conflict) {
        const core::Conflict& conflict = core.conflict(action.conflict);
        event.subject = conflict.id;
        event.of_application = true;
        event.application = conflict.stream.application;
    } else if (action.session != core::kNoSession) {
        const core::Session& session = core.session(action.session);
        event.subject = session.id;
        event.of_application = true;
        event.application = session.stream.application;
        event.state = session.state();
        event.end_reason = session.progress.end_reason;
        event.playback = session.progress.playback;
        event.paused = session.progress.paused;
    }
    return event;
}

void answer_listed(Reply& reply, const core::Action& action, Awaited what, core::Core& core) {
    if (what == Awaited::streams) {
        const auto streams = cm::RunningStreams::read(action.body, core.scratch());
        if (!streams.readable()) return reply.problem(Problem::cm_protocol, "no-list");
        write_streams(reply.json(), streams);
    } else {
        const core::RequiredNames& required = core.required(action.application);
        if (!required.known) return reply.problem(Problem::cm_protocol, "no-list");
        json::Writer& writer = reply.json();
        writer.begin_object().key("required").begin_array();
        for (std::size_t i = 0; i < required.count; ++i) writer.string(required.names[i].view());
        writer.end_array().end_object();
    }
    reply.finish(200);
}

// The core's decision in the words of the API.
void answer_decided(Reply& reply, const core::Action& action, Awaited what, core::Core& core) {
    switch (action.kind) {
        case core::ActionKind::started:
            return answer_started(reply, core.session(action.session), core.settings());
        case core::ActionKind::limited:
            return answer_conflict(reply, core.conflict(action.conflict), core, 409);
        case core::ActionKind::listed:
            return answer_listed(reply, action, what, core);
        default:
            break;
    }
    Refused refused;
    refused.refusal = action.refusal;
    refused.reason = action.reason;
    refused.retry_after = action.retry_after;
    if (action.session != core::kNoSession) refused.stream = &core.session(action.session).stream;
    answer_refusal(reply, refused, core);
}

}  // namespace

void LocalApi::start(std::uint64_t seed, Time now) {
    context_.events.begin(seed);
    context_.started = now;
}

bool LocalApi::on_request(const platform::HttpRequest& request, platform::HttpTicket ticket,
                          platform::HttpResponse& response) {
    const Time now{context_.clock.boot_ms()};
    Caller caller;
    const auto problem = guard(request, context_.settings, context_.core.settings(), caller);
    reply_.begin(caller);
    if (problem) {
        if (*problem == Problem::token_missing) reply_.field("WWW-Authenticate", "Bearer");
        reply_.problem(*problem);
    } else {
        Call call{request, ticket, now, reply_.caller(), reply_};
        if (dispatch(context_, call) == Answer::later) return false;
    }
    response = completed();
    return true;
}

void LocalApi::on_refused(platform::HttpRefusal why, const platform::HttpHeaders& headers,
                          platform::HttpResponse& response) {
    Caller caller;
    caller.language =
        &choose_language(headers.get("Accept-Language"),
                         find_language(context_.settings.language, *languages().begin()));
    reply_.begin(caller);
    reply_.problem(problem_of(why));
    response = completed();
}

void LocalApi::on_abandoned(platform::HttpTicket ticket) {
    Waiter* const waiter = context_.waiting.find(ticket);
    if (waiter == nullptr) return;
    const core::Ticket decision = waiter->core;
    waiter->clear();
    if (decision == 0 || context_.waiting.awaits(decision)) return;
    context_.idempotency.settle(decision, {});
    context_.core.handle(core::Abandoned{decision}, {context_.clock.boot_ms()});
}

void LocalApi::on_action(const core::Action& action, Time now) {
    for (EventStream& stream : context_.streams) stream.note_time(now);
    if (action.kind == core::ActionKind::notify) {
        note(action);
    } else {
        decide(action);
    }
}

void LocalApi::decide(const core::Action& action) {
    if (action.ticket == 0) return;  // nobody asked; who waits for events holds no ticket either
    const bool started = action.kind == core::ActionKind::started;
    context_.idempotency.settle(action.ticket,
                                started ? context_.core.session(action.session).id.view() : "");
    for (Waiter& waiter : context_.waiting) {
        if (waiter.http == 0 || waiter.core != action.ticket) continue;
        reply_.begin(waiter.caller);
        answer_decided(reply_, action, waiter.what, context_.core);
        send(waiter);
    }
}

void LocalApi::note(const core::Action& action) {
    context_.events.add(event_of(action, context_.core));
    offer_events();
}

// Whoever listens and has something to hear is served.
void LocalApi::offer_events() {
    for (EventStream& stream : context_.streams) {
        if (stream.ready()) port_.wake(stream);
    }
    for (Waiter& waiter : context_.waiting) {
        if (waiter.http == 0 || waiter.what != Awaited::events) continue;
        if (context_.events.next(waiter.since, waiter.caller) == nullptr) continue;
        reply_.begin(waiter.caller);
        answer_events(reply_, context_, waiter.since);
        send(waiter);
    }
}

void LocalApi::send(Waiter& waiter) {
    const platform::HttpTicket ticket = waiter.http;
    waiter.clear();
    port_.respond(ticket, completed());
}

void LocalApi::on_time(Time now) {
    for (EventStream& stream : context_.streams) {
        stream.note_time(now);
        if (!(stream.comment_due() <= now)) continue;
        stream.comment(now);
        port_.wake(stream);
    }
    for (Waiter& waiter : context_.waiting) {
        if (waiter.http == 0 || !(waiter.until <= now)) continue;
        reply_.begin(waiter.caller);
        answer_events(reply_, context_, waiter.since);
        send(waiter);
    }
    tell_listeners(now);
}

Time LocalApi::next_deadline() const {
    if (context_.listeners() != told_listeners_) return {};
    Time next = kNever;
    for (const EventStream& stream : context_.streams) {
        next = earlier(next, stream.comment_due());
    }
    for (const Waiter& waiter : context_.waiting) {
        if (waiter.http != 0) next = earlier(next, waiter.until);
    }
    return next;
}

void LocalApi::tell_listeners(Time now) {
    const std::size_t count = context_.listeners();
    if (count == told_listeners_) return;
    told_listeners_ = count;
    context_.core.handle(core::Listeners{count}, now);
}

const platform::HttpResponse& LocalApi::completed() {
    const platform::HttpResponse& response = reply_.response();
    ++context_.answers[response.status / 100 % 6];
    return response;
}

}  // namespace cmagent::ui
