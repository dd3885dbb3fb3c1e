#include "agent/core/end_stream.h"

#include <utility>

#include "agent/core/ledgers.h"
#include "agent/core/lifecycle.h"
#include "agent/core/own_streams.h"
#include "agent/core/reference.h"

namespace cmagent::core {

StreamEnds::Record* StreamEnds::find_free() {
    for (Record& record : records_) {
        if (record.ticket == 0) return &record;
    }
    return nullptr;
}

void StreamEnds::abandon(Ticket ticket) {
    for (Record& record : records_) {
        if (record.ticket == ticket) record.ticket = 0;
    }
}

void StreamEnds::refuse(const Logout& logout, const Looks& looks, Outbox& outbox) {
    for (Record& record : records_) {
        if (record.ticket != 0 && looks[record.look].ends_with(logout))
            outbox.reply(ActionKind::refused, record.ticket).refusal = Refusal::replaced;
    }
}

void StreamEnds::refuse_all(Refusal refusal, Outbox& outbox) {
    for (Record& record : records_) {
        if (record.ticket != 0) outbox.reply(ActionKind::refused, record.ticket).refusal = refusal;
    }
}

namespace {

// The session of this box that CM knows under that name, also one that is only owed to CM.
Session* find_own(const EndStream& event, SessionTable& sessions) {
    cm::RunningStream named;
    named.session_id = json::String(event.stream);
    auto* const session = const_cast<Session*>(own_session(sessions, named));
    const StreamRequest& account = *event.account;
    const bool ours = session != nullptr && session->progress.lease != Lease::gone &&
                      (event.applications >> session->stream.application & 1) != 0 &&
                      session->stream.of_subject(account.idp, account.subject);
    return ours ? session : nullptr;
}

// The session whose start, which nobody wants, ends the stream of that code already.
Session* find_ending(const Look& look, std::string_view code, SessionTable& sessions) {
    for (Session& session : sessions) {
        const bool ends = session.progress.hidden && session.terminate.count == 1 &&
                          session.terminate.list[0] == code;
        if (ends && session.stream.of_subject(look.idp, look.subject)) return &session;
    }
    return nullptr;
}

void wait_for_end(Session& session, Ticket ticket, Ledgers& ledgers) {
    Lifecycle life(ledgers, session);
    life.hand_over(ticket);
    life.tell_end({});
}

// The metadata of the device, by which the household reads who has ended the stream, and under
// other names those of the stream itself: the start counts in no rule in which the stream does not
// count.
void describe_start(Session& session, const cm::RunningStream& stream, const Settings& settings) {
    cm::Metadata& metadata = session.stream.metadata;
    metadata = settings.device;
    for (const json::Item pair : json::ArrayForEach(stream.metadata)) {
        Text<cm::kMaxName> name;
        Text<cm::kMaxValue> value;
        const bool fits = unescape(pair.name(), name) &&
                          unescape(json::GetStringValue(pair), value) && !value.empty();
        const bool is_agents = name == kReferenceName;
        if (!fits || is_agents || metadata.has(name.view())) continue;
        if (metadata.size() + 1 < cm::kMaxPairs) (void)metadata.set(name.view(), value.view());
    }
}

// Starts a session that nobody wants, to end the stream of that code. The ticket is the caller's.
void start_to_end(Ticket& ticket, const Look& look, const cm::RunningStream& stream,
                  std::string_view code, Ledgers& ledgers) {
    Session& session = open_session(ledgers);
    Session::Progress& progress = session.progress;
    session.stream.application = look.application;
    session.stream.idp = look.idp;
    session.stream.subject = look.subject;
    const Millis throttled = ledgers.throttle.remaining(session.stream, ledgers.now);
    if (throttled > 0) {
        progress.used = false;
        Action& action = ledgers.outbox.reply(ActionKind::refused, ticket);
        action.refusal = Refusal::throttled;
        action.retry_after = throttled;
        return;
    }
    describe_start(session, stream, *ledgers.settings);
    (void)session.terminate.add(code);
    name_anew(session, ledgers);
    progress.hidden = true;
    progress.forgotten_at = ledgers.now + Pace::kForgottenAfter;
    std::swap(progress.ticket, ticket);
    ledgers.outbox.save();
    Lifecycle life(ledgers, session);
    life.step(LeaseEvent::withdrawn);
    life.ask(cm::Call::start);
}

// The stream of that name in the list; one without a name where there is none.
cm::RunningStream find_listed(std::string_view name, const cm::RunningStreams& streams) {
    for (const cm::RunningStream& stream : streams) {
        if (stream.session_id && stream.session_id.equals(name)) return stream;
    }
    return {};
}

// The look is there: the stream is ended, or cannot be.
void go_on(StreamEnds::Record& record, const Look& look, Ledgers& ledgers, json::Tokens tokens) {
    const auto refuse = [&](Refusal refusal, std::string_view reason) {
        Action& action = ledgers.outbox.reply(ActionKind::refused, record.ticket);
        action.refusal = refusal;
        action.reason = reason;
        action.blame = look.blame;
        action.retry_after = look.call_at - ledgers.now;
    };
    if (look.refusal != Refusal::none) return refuse(look.refusal, look.reason);
    const cm::RunningStream stream = find_listed(record.stream.view(), look.streams(tokens));
    if (!stream.session_id) return refuse(Refusal::no_such_stream, {});
    if (!stream.termination_code) return refuse(Refusal::no_such_stream, "no-code");
    Text<cm::kMaxCode> code;
    (void)unescape(stream.termination_code, code);  // as long as a code may be
    if (Session* const ending = find_ending(look, code.view(), ledgers.sessions)) {
        wait_for_end(*ending, record.ticket, ledgers);
        record.ticket = 0;
        return;
    }
    if (ledgers.limits.displaces(look.application, ledgers.wall_ms()))
        return refuse(Refusal::would_displace, {});
    start_to_end(record.ticket, look, stream, code.view(), ledgers);
}

Refusal end_own(Session& session, Ticket ticket, Ledgers& ledgers) {
    Lifecycle(ledgers, session).end(EndReason::ended_here, Refusal::replaced);
    wait_for_end(session, ticket, ledgers);
    return Refusal::none;
}

}  // namespace

Refusal end_stream(const EndStream& event, Ledgers& ledgers, json::Tokens tokens) {
    if (ledgers.shutting_down) return Refusal::shutting_down;
    if (Session* const own = find_own(event, ledgers.sessions))
        return end_own(*own, event.ticket, ledgers);
    StreamEnds::Record* const record = ledgers.stream_ends.find_free();
    if (record == nullptr) return Refusal::too_many_queries;
    if (take_turn(Rates::start, event.account->party, ledgers) > 0)
        return Refusal::too_many_requests;
    if (!record->stream.assign(event.stream)) return Refusal::no_such_stream;
    const Look* const known = ledgers.looks.known(*event.account, true, ledgers.now);
    // A list that was right until a moment ago may name a code whose stream is over: the start would
    // be one to watch.
    if (known != nullptr && !known->old) {
        record->ticket = event.ticket;
        go_on(*record, *known, ledgers, tokens);
        return Refusal::none;
    }
    const Look* const asked =
        ledgers.looks.ask(*event.account, *ledgers.settings, true, ledgers.now, ledgers.outbox);
    if (asked == nullptr) return Refusal::too_many_queries;
    record->ticket = event.ticket;
    record->look = asked->index;
    return Refusal::none;
}

void end_streams_of(const Look& look, Ledgers& ledgers, json::Tokens tokens) {
    for (StreamEnds::Record& record : ledgers.stream_ends) {
        if (record.ticket != 0 && record.look == look.index) go_on(record, look, ledgers, tokens);
    }
}

}  // namespace cmagent::core
