// How the three machines of a session drive one another. Their tables (lease.cpp, exchange.cpp,
// playback.cpp) name the next state and an action; here the action is done, and becomes an event of
// another machine.

#include "agent/core/lifecycle.h"

#include "agent/core/deadlines.h"
#include "agent/core/evidence.h"
#include "agent/core/lease_event.h"
#include "agent/core/one_player.h"
#include "agent/core/own_streams.h"
#include "agent/core/requests.h"
#include "agent/core/start.h"
#include "agent/core/waiting.h"

namespace cmagent::core {
namespace {

// The reason with which an action of the lease ends the session; none: the session goes on.
EndReason end_reason_for(LeaseAction action, const Session& session) {
    switch (action) {
        case LeaseAction::stop_terminated:
        case LeaseAction::stop_revoked:
            return EndReason::remote_termination;
        case LeaseAction::stop_displaced:
            return EndReason::displaced;
        case LeaseAction::stop_denied:
            return EndReason::denied;
        case LeaseAction::stop_unreachable:
            return refused_for_good(session) ? EndReason::denied : EndReason::unreachable;
        case LeaseAction::stop_ended_here:
            return EndReason::ended_here;
        default:
            return EndReason::none;
    }
}

// Metadata of a heartbeat that failed go again with the next one, but not those that CM found
// invalid: the session keeps them for a silent re-start.
void note_metadata(Session::Progress& progress, cm::Meaning meaning) {
    if (meaning == cm::Meaning::granted) return;
    if (progress.metadata_sent && meaning != cm::Meaning::invalid) progress.metadata_changed = true;
    progress.metadata_sent = false;
}

// Why a start whose outcome is unknown is refused, should CM not have taken it; any other word to a
// call lets a later start go once more.
void note_lost(Session::Progress& progress, const cm::Answer& answer) {
    if (answer.meaning == cm::Meaning::unclear) {
        progress.lost = {answer.otherwise, answer.blame, answer.reason};
    } else if (progress.in_flight != cm::Call::running_streams) {
        progress.once_more = false;
    }
}

// Hands the next call to the link.
void send(Ledgers& ledgers, Session& session) {
    Session::Progress& progress = session.progress;
    const Settings& settings = *ledgers.settings;
    progress.exchange_at = kNever;
    progress.in_flight = progress.call;
    progress.asked_at = ledgers.now;
    note_chosen(ledgers.sessions, session);
    Action& action = ledgers.outbox.send(progress.index, settings.longest_call());
    progress.exchange_id = action.exchange;
    action.session = progress.index;
    action.urgent = progress.ticket != 0 || ledgers.sessions.is_waited_for(session);
    action.caller = session.stream.party;
    if (progress.lease == Lease::held)
        action.allowance = progress.pace.allowance(ledgers.now, action.allowance);
}

// A zap waits until CM has been told of the end of the session that it replaces, or could not be
// told at the first attempt.
void let_successors_go(Ledgers& ledgers, const Session& session) {
    for (Session& other : ledgers.sessions) {
        if (other.progress.after != session.progress.serial) continue;
        other.progress.after = 0;
        Lifecycle(ledgers, other).ask(cm::Call::start);
    }
}

}  // namespace

// --- the machines ---

// Moves `state` as the table says and tells the listener. Returns the action to be done.
template <class Table, class State, class Event>
auto Lifecycle::follow(const Table& table, State& state, Event event) const {
    const auto cell = table.at(state, event);
    const State from = state;
    state = cell.to;
    if (from != state) {
        tell(table.names(), static_cast<std::size_t>(from), static_cast<std::size_t>(state),
             static_cast<std::size_t>(event));
    }
    return cell.action;
}

void Lifecycle::tell(const CycleNames& names, std::size_t from, std::size_t to,
                     std::size_t event) const {
    if (ledgers_.listener == nullptr) return;
    ledgers_.listener->on_transition({session_.id.view(), names.cycle, nth_word(names.states, from),
                                      nth_word(names.states, to), nth_word(names.events, event)});
}

void Lifecycle::step(LeaseEvent event, const cm::Answer& answer) {
    Session::Progress& progress = session_.progress;
    const bool counted = is_named(progress.lease);
    const LeaseAction action = follow(lease_table(), progress.lease, event);
    if (is_named(progress.lease) != counted) {
        ledgers_.looks.outdate(session_.stream);
        if (counted) look_again(session_.stream, ledgers_);
    }
    act(action, answer);
    // Whatever the start of a zap has come to: what it was to end by its code is over with it.
    if (progress.lease != Lease::none && progress.instead != 0) (void)give_back_replaced();
    if (progress.lease != Lease::gone) return tell_end(answer);
    progress.forgotten_at = kNever;
    progress.grace_at = kNever;
    progress.resolves = 0;
    drop();
    if (session_.closed()) ledgers_.outbox.save();
    tell_end(answer);
    if (progress.hidden) progress.used = false;
}

void Lifecycle::step(ExchangeEvent event, Time at) {
    Session::Progress& progress = session_.progress;
    switch (follow(exchange_table(), progress.exchange, event)) {
        case ExchangeAction::send:
            send(ledgers_, session_);
            break;
        case ExchangeAction::set_timer:
            progress.exchange_at = at;
            break;
        case ExchangeAction::clear_timer:
            progress.exchange_at = kNever;
            break;
        case ExchangeAction::cancel:
            ledgers_.outbox.cancel(progress.exchange_id);
            break;
        default:  // keep, none
            break;
    }
}

void Lifecycle::step(PlaybackEvent event) {
    Session::Progress& progress = session_.progress;
    Outbox& outbox = ledgers_.outbox;
    const Playback from = progress.playback;
    const std::uint8_t own = session_.stream.player;
    const PlayerSettings& player = ledgers_.settings->players[own];
    switch (follow(playback_table(), progress.playback, event)) {
        case PlaybackAction::join:
            order_all(ActionKind::join_player);
            break;
        case PlaybackAction::stop:
            progress.playback_at = ledgers_.now + player.patience();
            note_stop(session_, ledgers_);
            outbox.announce(Notice::playback_stop, session_);
            outbox.order(ActionKind::stop_player, session_, own);
            break;
        case PlaybackAction::stop_backup:
            progress.playback_at = ledgers_.now + player.patience();
            if (from == Playback::playing) outbox.announce(Notice::session_updated, session_);
            outbox.order(ActionKind::stop_player, session_, player.backup);
            break;
        case PlaybackAction::force:
            progress.playback_at = ledgers_.now + player.stop_deadline;
            if (from == Playback::playing) outbox.announce(Notice::session_updated, session_);
            order_all(ActionKind::force_player);
            break;
        case PlaybackAction::finish:
            progress.playback_at = kNever;
            if (from != Playback::playing) order_all(ActionKind::cancel_player);
            order_all(ActionKind::leave_player);
            note_stopped(session_, ledgers_);
            if (session_.closed()) outbox.save();
            outbox.announce(Notice::session_ended, session_);
            tell_end({});
            break;
        default:  // none
            break;
    }
}

void Lifecycle::order_all(ActionKind kind) {
    const std::uint8_t last = ledgers_.settings->last_word(session_.stream.player);
    std::uint8_t player = session_.stream.player;
    for (;;) {
        if (kind != ActionKind::cancel_player || !is_ordered(player, ledgers_))
            ledgers_.outbox.order(kind, session_, player);
        if (player == last) break;
        player = last;
    }
}

void Lifecycle::act(LeaseAction action, const cm::Answer& answer) {
    switch (action) {
        case LeaseAction::begin:
            granted(answer);
            return begin();
        case LeaseAction::begin_on_credit:
            return begin_on_credit();
        case LeaseAction::renew:
            session_.progress.accept();
            granted(answer);
            return look_for_code();
        case LeaseAction::recover:
            return recover(answer);
        case LeaseAction::offer:
            return offer();
        case LeaseAction::refuse:
            return refuse(answer);
        case LeaseAction::enter_grace:
            enter_grace();
            return ledgers_.outbox.announce(Notice::session_updated, session_);
        case LeaseAction::stop_terminated:
            ++ledgers_.counters.remote_terminations;
            [[fallthrough]];
        case LeaseAction::stop_revoked:
        case LeaseAction::stop_displaced:
        case LeaseAction::stop_denied:
            session_.terminator.note(answer.evaluation);
            break;
        case LeaseAction::stop_forgotten:
            return end_forgotten();
        case LeaseAction::end:
            return give_back(answer);
        default:
            break;
    }
    const EndReason reason = end_reason_for(action, session_);
    if (reason == EndReason::none) return ask_on(action, answer);
    const bool signed_out = answer.logout && reason == EndReason::remote_termination;
    end(signed_out ? EndReason::logout : reason, PlaybackEvent::stop);
}

// The actions that only ask CM again, or something else.
void Lifecycle::ask_on(LeaseAction action, const cm::Answer& answer) {
    Session::Progress& progress = session_.progress;
    switch (action) {
        case LeaseAction::take_over:
            return take_over(answer);
        case LeaseAction::restart:
            return restart();
        case LeaseAction::refuse_and_look_up:
            refuse(answer);
            progress.forgotten_at = ledgers_.now + Pace::kForgottenAfter;
            return retry_look_up(answer);
        case LeaseAction::look_up:
            ++ledgers_.counters.outcomes_unknown;
            return ask(cm::Call::running_streams);
        case LeaseAction::start_again:
            progress.once_more = true;
            if (progress.lease == Lease::withdrawn)
                progress.forgotten_at = ledgers_.now + Pace::kForgottenAfter;
            return ask(cm::Call::start);
        case LeaseAction::ask_again:
            progress.call = call_for(progress.lease);
            retry();
            return let_successors_go(ledgers_, session_);
        case LeaseAction::retry_look_up:
            retry_look_up(answer);
            return let_successors_go(ledgers_, session_);
        case LeaseAction::ask_slowly:
            return step(ExchangeEvent::retry, ledgers_.now + Pace::kFaultPause);
        case LeaseAction::wait_out_throttle:
            if (progress.in_flight != cm::Call::running_streams)
                progress.call = call_for(progress.lease);
            wait_out_throttle(answer);
            return let_successors_go(ledgers_, session_);
        case LeaseAction::note_throttle:
            (void)note_throttle(answer);
            break;
        default:  // none
            break;
    }
}

// --- what is said to CM ---

void Lifecycle::ask(cm::Call call) {
    Session::Progress& progress = session_.progress;
    progress.call = call;
    if (call == cm::Call::start) {
        const Millis throttled = ledgers_.throttle.remaining(session_.stream, ledgers_.now);
        if (throttled > 0 && progress.ticket != 0) {
            // The start waited for the session that it replaces. Its viewer is not to wait for a
            // throttle too.
            refuse(Refusal::throttled, {}, throttled, cm::Blame::app);
            return release();
        }
        if (throttled > 0) return step(ExchangeEvent::throttled, ledgers_.now + throttled);
        if (ledgers_.now < ledgers_.first_start)
            return step(ExchangeEvent::plan, ledgers_.first_start);
        const Millis turn = take_turn(session_, ledgers_);
        if (turn > 0) return step(ExchangeEvent::plan, ledgers_.now + turn);
    }
    step(ExchangeEvent::ask);
}

// Without a reference the outcome of a start that got no answer stays unknown. Before it is asked
// again, a session that CM may have opened must have lapsed: never a blind second POST
// (hazards.md 13).
void Lifecycle::retry() {
    Session::Progress& progress = session_.progress;
    // CM has not got our session, but CM is there again: grace shall not run out for the long
    // pauses of before.
    if (progress.last_meaning == cm::Meaning::listed) progress.pace.forget();
    const Time now = ledgers_.now;
    Time at = progress.pace.retry_at(now, ledgers_.random);
    if (progress.last_meaning == cm::Meaning::unclear) at = now + Pace::kForgottenAfter;
    if (cm::finds_fault(progress.last_meaning))
        at = progress.pace.once_more_at(now, ledgers_.random);
    step(ExchangeEvent::retry, at);
}

// After back-off, or when CM throttles no more.
void Lifecycle::retry_look_up(const cm::Answer& answer) {
    if (answer.meaning != cm::Meaning::throttled) return retry();
    step(ExchangeEvent::throttled, note_throttle(answer));
}

bool Lifecycle::answered(const cm::Answer& answer) {
    Session::Progress& progress = session_.progress;
    step(ExchangeEvent::answered);
    progress.last_status = answer.status;
    progress.last_meaning = answer.meaning;
    progress.last_answer_at = ledgers_.now;
    if (cm::finds_fault(answer.meaning) && progress.in_flight <= cm::Call::end) ++progress.faults;
    note_lost(progress, answer);
    if (progress.in_flight == cm::Call::start && answer.meaning != cm::Meaning::throttled)
        ledgers_.throttle.clear(session_.stream, ledgers_.now);
    note_answer(session_, answer.meaning, ledgers_);
    if (answer.refresh) ledgers_.required_names.forget(session_.stream.application);

    if (progress.in_flight == cm::Call::metadata) {
        refresh_metadata(answer);
        return false;
    }
    const bool wanted = progress.lease != Lease::releasing && progress.lease != Lease::withdrawn;
    if (answer.meaning == cm::Meaning::incomplete && !progress.refreshed && wanted) {
        progress.refreshed = true;
        ask(cm::Call::metadata);
        return false;
    }
    if (progress.in_flight == cm::Call::heartbeat) learn_life(answer.meaning);
    const LeaseEvent event = lease_event_for(session_, answer, ledgers_);
    note_metadata(progress, answer.meaning);
    if (is_refusal(event))
        ledgers_.refused.note(session_.stream, answer.meaning == cm::Meaning::conflict,
                              ledgers_.now, ledgers_.ids);
    if (!step_by_limit(event, answer)) step(event, answer);
    if (event == LeaseEvent::conflict) prove_chosen();
    if (lapse_at(session_) <= ledgers_.now) step(lapse_event_for(session_, ledgers_));
    return true;
}

// CM found metadata missing, and has answered which it requires. Metadata that the session has go
// out once more (a heartbeat carries all of them then); those that it lacks only the UI can give.
void Lifecycle::refresh_metadata(const cm::Answer& answer) {
    Session::Progress& progress = session_.progress;
    const std::uint8_t application = session_.stream.application;
    if (progress.lease == Lease::releasing) return ask(cm::Call::end);
    // The start itself was answered, with the 400: there is nothing at CM.
    if (progress.lease == Lease::withdrawn) return step(LeaseEvent::not_found, answer);
    // A list that cannot be read is not «nothing required»: the viewer is told that it is not CM's.
    const bool unreadable = answer.meaning == cm::Meaning::not_cm;
    if (unreadable && progress.lease == Lease::none) return step(LeaseEvent::failing, answer);
    const bool start = progress.lease == Lease::none || progress.lease == Lease::assumed ||
                       progress.lease == Lease::renewing;
    if (answer.meaning == cm::Meaning::listed)
        ledgers_.required_names.learn(application, cm::RequiredMetadata(answer.list));
    if (start && ledgers_.required_names.lacks(application, session_.stream.metadata)) {
        return step(LeaseEvent::faulty, cm::no_response(cm::Meaning::incomplete, {}));
    }
    progress.metadata_changed = !start;
    ask(start ? cm::Call::start : cm::Call::heartbeat);
}

void Lifecycle::hand_over(Ticket ticket) {
    Outbox& outbox = ledgers_.outbox;
    Ticket& waiting = session_.progress.ticket;
    if (waiting != 0) outbox.reply(ActionKind::refused, waiting).refusal = Refusal::replaced;
    waiting = ticket;
}

void Lifecycle::drop() {
    step(ExchangeEvent::drop);
    let_successors_go(ledgers_, session_);
}

}  // namespace cmagent::core
