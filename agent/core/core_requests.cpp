// What the UI asks for.

#include "agent/core/core.h"
#include "agent/core/reference.h"

namespace cmagent::core {
namespace {

bool add_all(cm::Metadata& into, const cm::Metadata& from) {
    for (const cm::Metadata::Pair pair : from) {
        if (!into.set(pair.name, pair.value)) return false;
    }
    return true;
}

// One place is for the reference: a start that could not carry it could not be found again.
constexpr std::size_t kMaxOwnPairs = cm::kMaxPairs - 1;

}  // namespace

Refusal Core::handle(const Start& event, Time now) {
    now_ = now;
    if (const Refusal refusal = admit(event); refusal != Refusal::none) return refusal;
    Session& session = allocate();
    session.stream.application = event.stream->application;
    session.stream.player = event.stream->player;
    session.stream.idp = event.stream->idp;
    session.stream.subject = event.stream->subject;
    session.stream.metadata = settings_->device;
    if (!add_all(session.stream.metadata, event.stream->metadata) ||
        session.stream.metadata.size() > kMaxOwnPairs) {
        session.progress.used = false;
        return Refusal::invalid_field;
    }
    if (event.terminate != nullptr) session.terminate = *event.terminate;
    session.progress.ticket = event.ticket;
    session.progress.started_wall_ms = event.wall_ms;
    go(session, event.replaces);
    return Refusal::none;
}

Refusal Core::handle(const Resolve& event, Time now) {
    now_ = now;
    Conflict* conflict = conflict_by_id(event.conflict);
    if (conflict == nullptr) return Refusal::no_such_conflict;
    if (conflict->over) return Refusal::conflict_over;
    for (std::size_t i = 0; i < event.terminate->count; ++i) {
        if (!offers(conflict->text(), event.terminate->list[i].view(), scratch()))
            return Refusal::code_not_offered;
    }
    Start start;
    start.ticket = event.ticket;
    start.stream = &conflict->stream;
    start.terminate = event.terminate;
    start.wall_ms = event.wall_ms;
    const Refusal refusal = handle(start, now_);
    if (refusal == Refusal::none) conflict->over = true;
    return refusal;
}

Refusal Core::handle(const GiveUp& event, Time) {
    Conflict* conflict = conflict_by_id(event.conflict);
    if (conflict == nullptr) return Refusal::no_such_conflict;
    conflict->over = true;
    return Refusal::none;
}

// What speaks against a start before CM is asked.
Refusal Core::admit(const Start& event) const {
    if (shutting_down_) return Refusal::shutting_down;
    if (throttle_remaining(*event.stream) > 0) return Refusal::throttled;
    std::size_t live = 0;
    for (const Session& session : sessions_) live += session.live() ? 1 : 0;
    const SessionIndex replaced = find_session(event.replaces);
    if (replaced != kNoSession && last_of_chain(replaced)->live()) --live;
    return live < settings_->max_sessions ? Refusal::none : Refusal::too_many_sessions;
}

void Core::go(Session& session, std::string_view replaces) {
    (void)session.id.assign(name_for(random_.next()).view());
    renew_reference(session);
    const SessionIndex replaced = find_session(replaces);
    if (replaced != kNoSession) replace(sessions_[last_of_chain(replaced) - sessions_], session);
    save();
    if (session.progress.after == 0) ask(session, cm::Call::start);
}

// The UI knows the session that it saw start; zaps that are still being decided have taken its place since.
const Session* Core::last_of_chain(SessionIndex index) const {
    const Session* session = &sessions_[index];
    while (session->progress.successor != 0) {
        const Session* next = nullptr;
        for (const Session& other : sessions_) {
            if (other.progress.used && other.progress.serial == session->progress.successor)
                next = &other;
        }
        if (next == nullptr) break;
        session = next;
    }
    return session;
}

// Ends `old` in favour of `session`, whose start waits until CM has been told: else the old one would count against
// the new one.
void Core::replace(Session& old, Session& session) {
    // Whatever led to the old one leads to the new one: the record between them may be gone soon.
    for (Session& earlier : sessions_) {
        if (earlier.progress.successor == old.progress.serial)
            earlier.progress.successor = session.progress.serial;
    }
    old.progress.successor = session.progress.serial;
    if (old.progress.lease == Lease::gone) return;
    session.progress.after = old.progress.serial;
    const bool undecided = old.progress.playback == Playback::idle;
    if (undecided) {
        // It waited itself: what it waited for, the new one waits for.
        if (old.progress.after != 0) session.progress.after = old.progress.after;
        withdraw(old, Refusal::replaced);
    } else {
        end_by_user(old);
    }
}

Refusal Core::handle(const Change& event, Time now) {
    now_ = now;
    Session* session = shown(event.session);
    if (session == nullptr || !session->live()) return Refusal::no_such_session;
    if (event.metadata != nullptr) {
        for (const cm::Metadata::Pair pair : *event.metadata) {
            const std::string_view known = session->stream.metadata.get(pair.name);
            const bool changes = known.data() != nullptr && known != pair.value;
            if (cm::is_immutable(pair.name) && changes) return Refusal::immutable_metadata;
        }
        outgoing_ = session->stream.metadata;
        if (!add_all(outgoing_, *event.metadata) || outgoing_.size() > kMaxOwnPairs)
            return Refusal::invalid_field;
        session->stream.metadata = outgoing_;
        session->progress.metadata_changed = true;
    }
    const bool paused = event.paused == Change::Paused::unchanged
                            ? session->progress.paused
                            : event.paused == Change::Paused::yes;
    // Said again, it is the same pause.
    if (paused != session->progress.paused) {
        session->progress.paused = paused;
        session->progress.pause_at = paused ? now_ + settings_->pause : kNever;
    }
    touch(*session, Notice::session_updated);
    return Refusal::none;
}

Refusal Core::handle(const Release& event, Time now) {
    now_ = now;
    Session* session = shown(event.session);
    if (session == nullptr) return Refusal::no_such_session;
    if (session->progress.playback == Playback::idle) {
        withdraw(*session, Refusal::replaced);
    } else {
        end_by_user(*session);
    }
    return Refusal::none;
}

// The UI has stopped playback by itself. It cannot say so for another player that was told to stop: that one's own
// word is awaited.
void Core::end_by_user(Session& session) {
    const bool its_own = session.progress.playback == Playback::playing ||
                         settings_->players[session.stream.player].is_ui;
    if (session.on_screen() && its_own) leave(session, EndReason::user, PlaybackEvent::leave);
}

Refusal Core::handle(const Stopped& event, Time now) {
    now_ = now;
    Session* session = shown(event.session);
    if (session == nullptr) return Refusal::no_such_session;
    const bool ui_plays = settings_->players[session->stream.player].is_ui;
    if (!ui_plays || !session->on_screen()) return handle(Release{event.session}, now_);
    leave(*session, EndReason::user, PlaybackEvent::confirmed);
    return Refusal::none;
}

void Core::handle(const Logout& event, Time now) {
    now_ = now;
    end_subject(event.idp, event.subject, event.applications);
}

void Core::end_subject(std::string_view idp, std::string_view subject, std::uint8_t applications) {
    const auto concerns = [&](const StreamRequest& stream) {
        return (applications >> stream.application & 1) != 0 && stream.of_subject(idp, subject);
    };
    for (Session& session : sessions_) {
        if (!session.progress.used || !concerns(session.stream)) continue;
        if (session.progress.playback == Playback::idle) {
            withdraw(session, Refusal::replaced);
        } else if (session.on_screen()) {
            stop(session, EndReason::logout);
        }
    }
    for (Conflict& conflict : conflicts_) {
        if (conflict.used && concerns(conflict.stream)) conflict.over = true;
    }
}

Refusal Core::handle(const Query& event, Time) {
    if (shutting_down_) return Refusal::shutting_down;
    if (event.call == cm::Call::metadata && required_[event.application].known) {
        Action& action = actions_.add(ActionKind::listed);
        action.ticket = event.ticket;
        action.application = event.application;
        return Refusal::none;
    }
    for (QueryRecord& query : queries_) {
        if (query.ticket != 0) continue;
        query.ticket = event.ticket;
        query.call = event.call;
        query.application = event.application;
        if (!query.idp.assign(event.idp) || !query.subject.assign(event.subject)) {
            query.ticket = 0;
            return Refusal::invalid_field;
        }
        Action& action = order_exchange(kRecords + static_cast<std::size_t>(&query - queries_));
        query.exchange = action.exchange;
        action.urgent = true;
        return Refusal::none;
    }
    return Refusal::too_many_queries;
}

void Core::handle(const Abandoned& event, Time now) {
    now_ = now;
    if (event.ticket == 0) return;
    for (Session& session : sessions_) {
        if (!session.progress.used || session.progress.ticket != event.ticket) continue;
        session.progress.ticket = 0;
        withdraw(session, Refusal::none);
    }
    for (QueryRecord& query : queries_) {
        if (query.ticket != event.ticket) continue;
        query.ticket = 0;
        actions_.add(ActionKind::cancel).exchange = query.exchange;
    }
}

void Core::handle(const Shutdown&, Time now) {
    now_ = now;
    shutting_down_ = true;
    for (Session& session : sessions_) {
        if (!session.progress.used) continue;
        if (session.progress.playback == Playback::idle) {
            withdraw(session, Refusal::shutting_down);
        } else if (session.on_screen()) {
            stop(session, EndReason::shutdown);
        }
    }
    for (QueryRecord& query : queries_) {
        if (query.ticket != 0)
            reply(ActionKind::refused, query.ticket).refusal = Refusal::shutting_down;
    }
}

// --- the request behind an exchange ---

namespace {

// The link may ask again, when a kept connection turns out to be dead.
bool has_news(const Session::Progress& progress) {
    return progress.metadata_changed || progress.metadata_sent;
}

// What a heartbeat tells: everything but the immutable names that CM has already.
void collect_news(const Session& session, cm::Metadata& into) {
    into.clear();
    std::size_t number = 0;
    for (const cm::Metadata::Pair pair : session.stream.metadata) {
        const bool held = number++ < session.progress.names_held;
        if (!held || !cm::is_immutable(pair.name)) (void)into.set(pair.name, pair.value);
    }
}

}  // namespace

bool Core::describe(std::uint32_t exchange, cm::Request& into) {
    into = {};
    if (const QueryRecord* query = query_by_exchange(exchange)) {
        into.call = query->call;
        into.application_id = settings_->applications[query->application].id.view();
        into.idp = query->idp.view();
        into.subject = query->subject.view();
        return true;
    }
    Session* session = by_exchange(exchange);
    if (session == nullptr) return false;
    into.call = session->progress.in_flight;
    into.application_id = settings_->applications[session->stream.application].id.view();
    into.idp = session->stream.idp.view();
    into.subject = session->stream.subject.view();
    into.session = session->cm_id.view();
    if (into.call == cm::Call::start) {
        outgoing_ = session->stream.metadata;
        if (session->progress.reference != 0) {
            (void)outgoing_.set(kReferenceName, name_for(session->progress.reference).view());
        }
        into.metadata = &outgoing_;
        into.terminate = &session->terminate;
        session->progress.names_sent = static_cast<std::uint8_t>(session->stream.metadata.size());
    } else if (into.call == cm::Call::heartbeat && has_news(session->progress)) {
        collect_news(*session, outgoing_);
        into.metadata = &outgoing_;
        session->progress.names_sent = static_cast<std::uint8_t>(session->stream.metadata.size());
        session->progress.metadata_sent = true;
        session->progress.metadata_changed = false;
    }
    return true;
}

}  // namespace cmagent::core
