#include "agent/ui/local_api.h"

#include "agent/ui/client_key.h"
#include "agent/ui/events_answer.h"
#include "agent/ui/guard.h"
#include "agent/ui/refusal.h"
#include "agent/ui/routes.h"
#include "agent/ui/session_answer.h"
#include "agent/ui/streams_answer.h"

namespace cmagent::ui {
namespace {

// The conflict whose waiting has started the session, as long as it is kept.
Text<16> waited_for(const core::Session& session, const core::Core& core) {
    const core::Conflict* const conflict = core.ledgers().conflicts.find(session.progress.waited);
    return conflict == nullptr ? Text<16>() : conflict->id;
}

Event event_of(const core::Action& action, const core::Core& core) {
    Event event;
    event.notice = action.notice;
    if (action.notice == core::Notice::logout)
        event.applications = IndexSet::of(action.application);
    const bool of_state = action.notice == core::Notice::session_started ||
                          action.notice == core::Notice::session_updated;
    if (action.notice == core::Notice::conflict || action.notice == core::Notice::slot_free) {
        const core::Conflict& conflict = core.ledgers().conflicts[action.conflict];
        event.subject = conflict.id;
        event.applications = IndexSet::of(conflict.stream.application);
        event.related = conflict.session;
        event.attempt = conflict.attempt;
    } else if (action.session != core::kNoSession) {
        const core::Session& session = core.ledgers().sessions[action.session];
        event.subject = session.id;
        event.applications = IndexSet::of(session.stream.application);
        event.state = session.state();
        event.end_reason = session.progress.end_reason;
        event.playback = session.progress.playback;
        event.paused = session.progress.paused;
        event.related = of_state ? waited_for(session, core) : session.conflict;
    }
    return event;
}

void answer_required(Reply& reply, const core::RequiredNames::List& required) {
    json::Writer& writer = reply.json();
    writer.begin_object().key("required").begin_array();
    for (std::size_t i = 0; i < required.count; ++i) writer.string(required.names[i]);
    writer.end_array().end_object();
    reply.finish(200);
}

void answer_looked(Reply& reply, const core::Action& action, PendingKind kind, ApiState& api,
                   Time now) {
    const core::Ledgers& ledgers = api.core.ledgers();
    const core::Look& look = ledgers.looks[action.look];
    if (kind == PendingKind::streams) return answer_streams(reply, look, api, now);
    answer_outlook(reply, look, ledgers.queries.stream_of(action.query), api, now);
}

// The core's decision in the words of the API.
void answer_decided(Reply& reply, const core::Action& action, PendingKind kind, ApiState& api,
                    Time now) {
    const core::Core& core = api.core;
    switch (action.kind) {
        case core::ActionKind::started:
            return answer_started(reply, core.ledgers().sessions[action.session], core);
        case core::ActionKind::limited:
            return answer_conflict(reply, core.ledgers().conflicts[action.conflict], api, 409);
        case core::ActionKind::done:
            return reply.empty(204);
        case core::ActionKind::listed:
            return answer_required(reply, core.ledgers().required_names.of(action.application));
        case core::ActionKind::looked:
            return answer_looked(reply, action, kind, api, now);
        default:
            break;
    }
    RefusalDetails refused;
    refused.refusal = action.refusal;
    refused.reason = action.reason;
    refused.blame = action.blame;
    refused.retry_after = action.retry_after;
    if (action.session != core::kNoSession) {
        const core::Session& session = core.ledgers().sessions[action.session];
        refused.stream = &session.stream;
        refused.replacement = replacement_of(session, core, reply.caller());
    }
    answer_refusal(reply, refused, core);
}

// A refusal of the guard. RFC 6750 §3: a client that has shown no token is told of no error.
void answer_guarded(Reply& reply, Problem problem) {
    const bool wrong = reply.caller().wrong_token;
    if (problem != Problem::token_missing) return reply.problem(problem);
    reply.field("WWW-Authenticate", wrong ? "Bearer realm=\"cmagent\", error=\"invalid_token\""
                                          : "Bearer realm=\"cmagent\"");
    reply.problem(problem, wrong ? "unknown-token" : "");
}

}  // namespace

// Gives a caller who is still there what his token is for now. False: he may not call any more.
bool LocalApi::admits(Caller& caller) const {
    if (!state_.settings.needs_token) return true;
    const core::Bearer* const bearer = state_.bearers.find(caller.party);
    if (bearer != nullptr) caller.take(*bearer);
    return bearer != nullptr;
}

void LocalApi::configure(const ApiSettings& settings) {
    const Time now{state_.clock.boot_ms()};
    state_.settings = settings;
    state_.settings.tokens = {};
    state_.bearers.read(settings.tokens, state_.core.settings());
    for (EventStream& stream : state_.streams) {
        if (stream.open() && !admits(stream.caller())) port_.drop(stream);
    }
    for (PendingRequest& pending : state_.pending) {
        const bool stays = pending.http == 0 || pending.kind == PendingKind::wrong_token;
        if (stays || admits(pending.caller)) continue;
        const core::Ticket decision = pending.core;
        reply_.begin(pending.caller);
        answer_guarded(reply_, Problem::token_missing);
        send(pending);
        abandon(decision, now);
    }
    if (settings.needs_token) state_.core.handle(core::Tokens{state_.bearers.all()}, now);
}

void LocalApi::start(std::uint64_t seed, Time now) {
    state_.events.begin(seed);
    state_.started = now;
}

bool LocalApi::on_request(const platform::HttpRequest& request, platform::HttpTicket ticket,
                          platform::HttpResponse& response) {
    const Time now{state_.clock.boot_ms()};
    Caller caller;
    const auto problem = guard(request, state_.settings, state_.bearers, caller);
    reply_.begin(caller);
    if (caller.wrong_token) {
        if (puts_off(ticket, now)) return false;
    } else if (problem) {
        answer_guarded(reply_, *problem);
    } else if (const char* const fault = find_client_key(request.query, caller.owner)) {
        reply_.invalid(kClientKey, fault);
    } else {
        reply_.name_caller(caller.owner, false);
        RequestContext context{request, ticket, now, reply_.caller(), reply_};
        dispatch(state_, context);
        note_caller(now);
        if (state_.pending.find(ticket) != nullptr) return false;
    }
    response = complete_reply();
    return true;
}

// An answer to a wrong token. True: it waits.
bool LocalApi::puts_off(platform::HttpTicket ticket, Time now) {
    if (!state_.wrong_tokens.note(now)) {
        answer_guarded(reply_, Problem::token_missing);
        return false;
    }
    const bool room = state_.pending.count(PendingKind::wrong_token) < WrongTokens::kMostWaiting;
    PendingRequest* const pending =
        room ? state_.pending.add(ticket, PendingKind::wrong_token, reply_.caller()) : nullptr;
    if (pending == nullptr) {
        reply_.field("Retry-After", "1");
        TextValues values;
        values.n = 1;
        reply_.problem(Problem::too_many_requests, {}, cm::Blame::none, values);
        return false;
    }
    pending->until = now + WrongTokens::kPause;
    return true;
}

void LocalApi::on_refused(platform::HttpRefusal why, const platform::HttpHeaders& headers,
                          platform::HttpResponse& response) {
    Caller caller;
    caller.language = &language_for(headers, state_.settings);
    reply_.begin(caller);
    reply_.problem(problem_of(why));
    response = complete_reply();
}

void LocalApi::on_abandoned(platform::HttpTicket ticket) {
    PendingRequest* const pending = state_.pending.find(ticket);
    if (pending == nullptr) return;
    const core::Ticket decision = pending->core;
    pending->clear();
    abandon(decision, {state_.clock.boot_ms()});
}

// A request that has waited for this decision waits no more.
void LocalApi::abandon(core::Ticket decision, Time now) {
    if (decision == 0 || state_.pending.awaits(decision)) return;
    state_.idempotency.conclude(decision, {});
    state_.core.handle(core::Abandoned{decision}, now);
}

void LocalApi::on_action(const core::Action& action, Time now) {
    for (EventStream& stream : state_.streams) stream.note_time(now);
    if (action.kind == core::ActionKind::notify) {
        publish(action);
    } else {
        answer(action, now);
    }
}

void LocalApi::answer(const core::Action& action, Time now) {
    if (action.ticket == 0) return;  // no request waits for this; nor has a long poll a ticket
    const bool started = action.kind == core::ActionKind::started;
    state_.idempotency.conclude(
        action.ticket, started ? state_.core.ledgers().sessions[action.session].id.view() : "");
    for (PendingRequest& pending : state_.pending) {
        if (pending.http == 0 || pending.core != action.ticket) continue;
        reply_.begin(pending.caller);
        answer_decided(reply_, action, pending.kind, state_, now);
        send(pending);
    }
}

void LocalApi::publish(const core::Action& action) {
    state_.events.add(event_of(action, state_.core));
    offer_events();
}

// Every listener that has an event to hear is served.
void LocalApi::offer_events() {
    for (EventStream& stream : state_.streams) {
        if (stream.ready()) port_.wake(stream);
    }
    for (PendingRequest& pending : state_.pending) {
        if (!pending.listens()) continue;
        if (state_.events.next(pending.since, pending.caller) == nullptr) continue;
        reply_.begin(pending.caller);
        answer_events(reply_, state_, pending.since);
        send(pending);
    }
}

void LocalApi::on_checked(std::string_view text) {
    for (PendingRequest& pending : state_.pending) {
        if (pending.http == 0 || pending.kind != PendingKind::check) continue;
        reply_.begin(pending.caller);
        reply_.text(200, "application/json", text);
        send(pending);
    }
}

void LocalApi::send(PendingRequest& pending) {
    const platform::HttpTicket ticket = pending.http;
    pending.clear();
    port_.respond(ticket, complete_reply());
}

void LocalApi::on_time(Time now) {
    for (EventStream& stream : state_.streams) {
        stream.note_time(now);
        if (stream.look_due() <= now && !stream.keeps_up(port_.unacknowledged(stream), now))
            port_.drop(stream);
        if (!(stream.comment_due() <= now)) continue;
        stream.comment(now);
        port_.wake(stream);
    }
    for (PendingRequest& pending : state_.pending) {
        if (pending.http == 0 || !(pending.until <= now)) continue;
        reply_.begin(pending.caller);
        pending.kind == PendingKind::wrong_token ? answer_guarded(reply_, Problem::token_missing)
                                                 : answer_events(reply_, state_, pending.since);
        send(pending);
    }
    report_listeners(now);
}

Time LocalApi::next_deadline() const {
    if (!(state_.listening() == reported_)) return {};
    Time next = state_.wrong_tokens.told_at();
    for (const EventStream& stream : state_.streams) {
        next = earlier(next, earlier(stream.comment_due(), stream.look_due()));
    }
    for (const PendingRequest& pending : state_.pending) {
        if (pending.http != 0) next = earlier(next, pending.until);
    }
    return next;
}

// An owner who calls is there; but an observer is there for nobody.
void LocalApi::note_caller(Time now) {
    const Caller& caller = reply_.caller();
    if (caller.owner && !caller.observer) state_.core.handle(core::Called{caller.owner, {}}, now);
}

void LocalApi::report_listeners(Time now) {
    const core::Presence::Listening listening = state_.listening();
    if (listening == reported_) return;
    reported_ = listening;
    state_.core.handle(core::Listeners{&reported_}, now);
}

const platform::HttpResponse& LocalApi::complete_reply() {
    // New keys cost nothing: until CM has granted something to one it counts among the anonymous.
    const core::Party party = reply_.caller().share();
    const bool known = state_.core.ledgers().rates.knows(party);
    const platform::HttpResponse& response = reply_.complete(known ? party.value() : 0);
    ++state_.answers[response.status / 100 % 6];
    return response;
}

}  // namespace cmagent::ui
