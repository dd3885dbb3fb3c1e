#include "agent/core/start.h"

#include "agent/core/lifecycle.h"

namespace cmagent::core {
namespace {

// The session that goes when this one begins: the one that it replaces, or what plays on its
// exclusive player; nullptr: none.
const Session* gives_place(const Start& event, const Session* replaced, const Ledgers& ledgers) {
    if (replaced != nullptr && replaced->live()) return replaced;
    const std::uint8_t player = event.stream->player;
    if (!ledgers.settings->players[player].exclusive) return nullptr;
    for (const Session& session : ledgers.sessions) {
        if (session.on_screen() && session.stream.player == player) return &session;
    }
    return nullptr;
}

// What was found on flash, and of which nobody was heard, stands in no viewer's way. False: there is
// none.
bool give_up_unclaimed(Ledgers& ledgers) {
    for (Session& session : ledgers.sessions) {
        if (!session.live() || !session.progress.unclaimed) continue;
        session.progress.unclaimed = false;
        Lifecycle(ledgers, session).end(EndReason::ui_lost, Refusal::replaced);
        return true;
    }
    return false;
}

// The reason against a start that shows before CM is asked; none: there is no such reason. One that
// replaces a session is not refused for its pace: it waits for its turn (take_turn below).
Refusal admit(const Start& event, const Session* replaced, Ledgers& ledgers) {
    const Settings& settings = *ledgers.settings;
    const Party party = event.stream->party;
    if (ledgers.shutting_down) return Refusal::shutting_down;
    if (ledgers.throttle.remaining(*event.stream, ledgers.now) > 0) return Refusal::throttled;
    const Session* const gone = gives_place(event, replaced, ledgers);
    const bool room = ledgers.sessions.share(settings.max_sessions, party, gone).has_room();
    if (!room && !give_up_unclaimed(ledgers)) return Refusal::too_many_sessions;
    const bool waits = replaced == nullptr && take_turn(Rates::start, party, ledgers) > 0;
    return waits ? Refusal::too_many_requests : Refusal::none;
}

bool fill(Session& session, const Start& event, const Settings& settings) {
    if (!session.stream.take(*event.stream, settings.device)) return false;
    if (event.terminate != nullptr) session.terminate = *event.terminate;
    session.progress.ticket = event.ticket;
    return true;
}

// Whether the start can end `old` at CM by its code. CM takes the code of the account's own streams
// under policies that both applications share, so they are to be the same.
bool ends_by_code(const Session& old, Session& session, const Settings& settings) {
    const StreamRequest& stream = session.stream;
    const bool possible = settings.zap == Zap::atomic && old.progress.lease == Lease::held &&
                          !session.terminate.has(old.own_code.view()) &&
                          old.stream.application == stream.application &&
                          old.stream.of_subject(stream.idp, stream.subject);
    return possible && session.terminate.add(old.own_code.view());
}

// Ends `old` in favour of `session`, whose start ends it by its code, or else waits until CM has
// been told: the old one would count against the new one.
void replace(Session& old, Session& session, Ledgers& ledgers) {
    session.progress.zap = true;
    ledgers.sessions.chain(old, session);
    if (old.progress.lease == Lease::gone) return;
    if (ends_by_code(old, session, *ledgers.settings)) {
        session.progress.instead = old.progress.serial;
        old.progress.left_to_code = true;
        return Lifecycle(ledgers, old).end_by(session.stream.owner);
    }
    session.progress.after = old.progress.serial;
    // Where the old session waited for an end itself, the new one waits for the same end.
    if (old.undecided() && old.progress.after != 0) session.progress.after = old.progress.after;
    Lifecycle(ledgers, old).end_by(session.stream.owner);
}

Refusal start(const Start& event, std::uint64_t resolves, Session* replaced, Ledgers& ledgers) {
    const Refusal refusal = admit(event, replaced, ledgers);
    if (refusal != Refusal::none) return refusal;
    Session& session = open_session(ledgers);
    if (!fill(session, event, *ledgers.settings)) {
        session.progress.used = false;
        return Refusal::invalid_field;
    }
    name_anew(session, ledgers);
    session.progress.started_wall_ms = ledgers.wall_ms();
    session.progress.resolves = resolves;
    session.progress.waits_turn = replaced != nullptr;
    // Where no record was free, the new session may have that of the old one.
    if (replaced != nullptr && replaced != &session) replace(*replaced, session, ledgers);
    ledgers.outbox.save();
    if (session.progress.after == 0) Lifecycle(ledgers, session).ask(cm::Call::start);
    return Refusal::none;
}

}  // namespace

Refusal start(const Start& event, Ledgers& ledgers) {
    const Session* const known = ledgers.sessions.find(event.replaces);
    Session* const replaced = known == nullptr ? nullptr : &ledgers.sessions.last_of_chain(*known);
    return start(event, 0, replaced, ledgers);
}

Refusal start(const Start& event, const Conflict& conflict, Session* replaced, Ledgers& ledgers) {
    return start(event, conflict.serial, replaced, ledgers);
}

Millis take_turn(Session& session, Ledgers& ledgers) {
    Session::Progress& progress = session.progress;
    if (!progress.waits_turn) return 0;
    const Millis wait = take_turn(Rates::start, session.stream.party, ledgers);
    progress.waits_turn = wait > 0;
    return wait;
}

}  // namespace cmagent::core
