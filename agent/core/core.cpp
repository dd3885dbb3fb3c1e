#include "agent/core/core.h"

// The life cycles: how a table's row becomes a change of state and what the rows' actions do. Who triggers the
// events is in core_requests.cpp (the UI), core_answers.cpp (CM), core_players.cpp and core_timers.cpp; what an
// end entails is in core_endings.cpp.

namespace cmagent::core {
namespace {

// What a session says to CM when it says something again.
constexpr cm::Call call_for(Lease lease) {
    switch (lease) {
        case Lease::held:
        case Lease::overdue:
            return cm::Call::heartbeat;
        case Lease::releasing:
            return cm::Call::end;
        default:
            return cm::Call::start;
    }
}

}  // namespace

bool Core::poll_action(Action& into) {
    if (!unsaved_) return actions_.poll(into);
    unsaved_ = false;
    into = {};
    into.kind = ActionKind::save;
    return true;
}

void Core::tell(const Session& session, const CycleNames& names, std::size_t from, std::size_t to,
                std::size_t event) const {
    if (transitions_ == nullptr || from == to) return;
    transitions_->on_transition({session.id.view(), names.cycle, nth_word(names.states, from),
                                 nth_word(names.states, to), nth_word(names.events, event)});
}

// Goes the way that the table shows; what is to be done on it.
template <class Table, class State, class Event>
auto Core::follow(const Table& table, const Session& session, State& state, Event event) const {
    const auto cell = table.at(state, event);
    const State from = state;
    state = cell.to;
    tell(session, table.names(), static_cast<std::size_t>(from), static_cast<std::size_t>(cell.to),
         static_cast<std::size_t>(event));
    return cell.action;
}

void Core::step(Session& session, LeaseEvent event, const cm::Answer* answer) {
    act(session, follow(lease_table(), session, session.progress.lease, event), answer);
    if (session.progress.lease == Lease::gone) settle_gone(session);
}

void Core::step(Session& session, ExchangeEvent event, Time at) {
    switch (follow(exchange_table(), session, session.progress.exchange, event)) {
        case ExchangeAction::send:
            send(session);
            break;
        case ExchangeAction::set_timer:
            session.progress.exchange_at = at;
            break;
        case ExchangeAction::clear_timer:
            session.progress.exchange_at = kNever;
            break;
        case ExchangeAction::cancel:
            actions_.add(ActionKind::cancel).exchange = session.progress.exchange_id;
            break;
        default:  // keep, none
            break;
    }
}

void Core::step(Session& session, PlaybackEvent event) {
    const Playback from = session.progress.playback;
    const Millis deadline = settings_->players[session.stream.player].stop_deadline;
    switch (follow(playback_table(), session, session.progress.playback, event)) {
        case PlaybackAction::join:
            order(ActionKind::join_player, session);
            break;
        case PlaybackAction::stop:
            session.progress.playback_at = now_ + deadline;
            touch(session, Notice::playback_stop);
            order(ActionKind::stop_player, session);
            break;
        case PlaybackAction::force:
            session.progress.playback_at = now_ + deadline;
            if (from == Playback::playing) touch(session, Notice::session_updated);
            order(ActionKind::force_player, session);
            break;
        case PlaybackAction::finish:
            finish(session);
            break;
        default:  // none
            break;
    }
}

void Core::act(Session& session, LeaseAction action, const cm::Answer* answer) {
    switch (action) {
        case LeaseAction::begin:
            granted(session, answer);
            begin(session);
            break;
        case LeaseAction::begin_on_credit:
            begin(session);
            enter_grace(session);
            break;
        case LeaseAction::renew:
            session.progress.accept();
            granted(session, answer);
            break;
        case LeaseAction::recover:
            recover(session, answer);
            break;
        case LeaseAction::offer:
            offer(session, *answer);
            break;
        case LeaseAction::take_over:
            session.progress.took_over = true;
            ask(session, cm::Call::start);
            break;
        case LeaseAction::refuse:
            refuse(session, answer);
            break;
        case LeaseAction::refuse_and_look_up:
            refuse(session, answer);
            session.progress.forgotten_at = now_ + Pace::kForgottenAfter;
            retry(session);
            break;
        case LeaseAction::look_up:
            ++counters_.outcomes_unknown;
            ask(session, cm::Call::running_streams);
            break;
        case LeaseAction::retry_look_up:
            retry(session);
            let_successors_go(session);
            break;
        case LeaseAction::ask_again:
            session.progress.call = call_for(session.progress.lease);
            retry(session);
            let_successors_go(session);
            break;
        case LeaseAction::ask_slowly:
            step(session, ExchangeEvent::retry, now_ + Pace::kFaultPause);
            break;
        case LeaseAction::wait_out_throttle:
            wait_out_throttle(session, *answer);
            break;
        case LeaseAction::note_throttle:
            (void)silenced_until(session, *answer);
            break;
        case LeaseAction::restart:
            restart(session);
            break;
        case LeaseAction::enter_grace:
            enter_grace(session);
            touch(session, Notice::session_updated);
            break;
        case LeaseAction::stop_terminated:
            ++counters_.remote_terminations;
            remember_terminator(session, answer->body);
            stop(session, EndReason::remote_termination);
            break;
        case LeaseAction::stop_revoked:
            stop(session, EndReason::remote_termination);
            break;
        case LeaseAction::stop_displaced:
            stop(session, EndReason::displaced);
            break;
        case LeaseAction::stop_denied:
            stop(session, EndReason::denied);
            break;
        case LeaseAction::stop_unreachable:
            stop(session, refused_for_good(session) ? EndReason::denied : EndReason::unreachable);
            break;
        case LeaseAction::end:
            end(session, answer);
            break;
        default:  // none
            break;
    }
}

void Core::send(Session& session) {
    Session::Progress& progress = session.progress;
    progress.exchange_at = kNever;
    progress.in_flight = progress.call;
    Action& action = order_exchange(index_of(session));
    progress.exchange_id = action.exchange;
    action.session = index_of(session);
    action.urgent = progress.ticket != 0 || awaited(session);
    if (progress.lease == Lease::held)
        action.allowance = progress.pace.allowance(now_, action.allowance);
}

// A new exchange for what stands in this slot: a session, or a query behind all sessions.
Action& Core::order_exchange(std::size_t slot) {
    Action& action = actions_.add(ActionKind::send);
    action.exchange = (++generation_ << 8) | static_cast<std::uint32_t>(slot);
    action.allowance = settings_->connect_timeout + settings_->request_timeout;
    return action;
}

// Without a reference nobody can tell what became of a start that got no answer. Before it is asked again, whatever
// CM may have taken must have lapsed: never a blind second POST (hazards.md 13).
void Core::retry(Session& session) {
    // It has not got our session, but it is there again: grace shall not run out for the pauses of before.
    if (session.progress.last_meaning == cm::Meaning::listed) session.progress.pace.forget();
    const bool blind = session.progress.last_meaning == cm::Meaning::unclear;
    step(session, ExchangeEvent::retry,
         blind ? now_ + Pace::kForgottenAfter : session.progress.pace.retry_at(now_, random_));
}

bool Core::awaited(const Session& session) const {
    for (const Session& other : sessions_) {
        if (other.progress.used && other.progress.after == session.progress.serial) return true;
    }
    return false;
}

void Core::ask(Session& session, cm::Call call) {
    session.progress.call = call;
    if (call == cm::Call::start) {
        const Millis silence = throttle_remaining(session.stream);
        if (silence > 0 && session.progress.ticket != 0) {
            // It waited for a session that it replaces. The viewer is not to wait for a throttle too.
            refuse(session, Refusal::throttled, {}, silence);
            return release(session);
        }
        if (silence > 0) return step(session, ExchangeEvent::throttled, now_ + silence);
        if (now_ < quiet_until_) return step(session, ExchangeEvent::plan, quiet_until_);
    }
    step(session, ExchangeEvent::ask);
}

// The API shows CM's id: it changes with the ETag, although nobody is told.
void Core::identify(Session& session, std::string_view cm_id) {
    (void)session.cm_id.assign(cm_id);
    ++session.progress.revision;
}

void Core::granted(Session& session, const cm::Answer* answer) {
    Session::Progress& progress = session.progress;
    const bool from_start = progress.in_flight == cm::Call::start;
    if (from_start) identify(session, answer->session.view());
    if (from_start || progress.metadata_sent) progress.names_held = progress.names_sent;
    progress.refreshed = false;
    if (progress.in_flight != cm::Call::running_streams && answer->lifetime_ms <= 0)
        ++counters_.lifetimes_missing;
    progress.metadata_sent = false;
    progress.pace.granted(answer->lifetime_ms, now_);
    progress.call = cm::Call::heartbeat;
    // A session that was found, not granted, has an unknown life: a heartbeat tells it.
    const bool found = progress.in_flight == cm::Call::running_streams;
    step(session, found ? ExchangeEvent::ask : ExchangeEvent::plan,
         progress.pace.heartbeat_due(random_));
}

void Core::begin(Session& session) {
    session.progress.began_at = now_;
    step(session, PlaybackEvent::allow);
    reply(ActionKind::started, session.progress.ticket).session = index_of(session);
    touch(session, Notice::session_started);
    save();
}

// A session on credit, or one that was silently started again, is CM's too.
void Core::recover(Session& session, const cm::Answer* answer) {
    if (session.progress.in_flight == cm::Call::heartbeat) {
        session.progress.accept();
    } else {
        save();  // a session of another name
    }
    session.progress.grace_at = kNever;
    granted(session, answer);
    touch(session, Notice::session_updated);
}

// No user is to be aware of it, so nobody is told; but the API shows CM's id, and the ETag changes with it.
void Core::restart(Session& session) {
    ++counters_.silent_restarts;
    session.progress.silent = true;
    session.progress.accepted = 0;
    session.progress.metadata_changed = false;
    session.cm_id.clear();
    ++session.progress.revision;
    session.terminate.count = 0;
    session.progress.pace.forget();
    save();
    ask(session, cm::Call::start);
}

void Core::enter_grace(Session& session) {
    ++counters_.graces;
    // A silent re-start within grace does not begin it anew.
    if (session.progress.grace_at == kNever) session.progress.grace_at = now_ + settings_->grace;
    // A start that may have been taken is looked for before it is asked again.
    const bool looking = session.progress.call == cm::Call::running_streams &&
                         session.progress.last_meaning != cm::Meaning::listed;
    if (!looking) session.progress.call = call_for(session.progress.lease);
    if (session.progress.exchange == Exchange::idle) {
        retry(session);
    }
}

void Core::wait_out_throttle(Session& session, const cm::Answer& answer) {
    const Time until = silenced_until(session, answer);
    // Playback goes on while CM throttles (cm-api.md, 429): grace counts from when it may be asked again.
    if (session.progress.grace_at != kNever) session.progress.grace_at = until + settings_->grace;
    session.progress.call = call_for(session.progress.lease);
    step(session, ExchangeEvent::throttled, until);
    let_successors_go(session);
}

// How long a start would have to wait now.
Millis Core::throttle_remaining(const StreamRequest& stream) const {
    return throttle_.remaining(stream.idp.view(), stream.subject.view(), now_);
}

// A 429 to a start silences all starts of the subject, to anything else this session alone.
Time Core::silenced_until(Session& session, const cm::Answer& answer) {
    ++counters_.throttles;
    if (session.progress.in_flight != cm::Call::start)
        return session.progress.pace.throttled_until(answer.lifetime_ms, now_);
    const std::string_view idp = session.stream.idp.view();
    const std::string_view subject = session.stream.subject.view();
    const Millis told = throttle_.again(idp, subject) ? cm::kUnknownLifetime : answer.lifetime_ms;
    const Time until = session.progress.pace.throttled_until(told, now_);
    throttle_.silence(idp, subject, until);
    return until;
}

// What whoever waits is told. Nobody waits any more then.
Action& Core::reply(ActionKind kind, Ticket& ticket) {
    Action& action = actions_.add(kind);
    action.ticket = ticket;
    ticket = 0;
    return action;
}

void Core::order(ActionKind kind, const Session& session) {
    Action& action = actions_.add(kind);
    action.session = index_of(session);
    action.player = session.stream.player;
}

void Core::touch(Session& session, Notice notice) {
    ++session.progress.revision;
    notify(notice, index_of(session));
}

Action& Core::notify(Notice notice, SessionIndex session) {
    Action& action = actions_.add(ActionKind::notify);
    action.notice = notice;
    action.session = session;
    return action;
}

// Told once, however much of what is kept an event has changed.
void Core::save() {
    unsaved_ = true;
}

}  // namespace cmagent::core
