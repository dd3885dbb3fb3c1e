// The one way of every 409, whatever it answers: a start, a choice, a heartbeat, a silent re-start,
// a start on credit, or a call for which nobody waits any more.

#include "agent/core/evidence.h"
#include "agent/core/lifecycle.h"
#include "agent/core/resolve.h"

namespace cmagent::core {

bool Lifecycle::step_by_limit(LeaseEvent event, const cm::Answer& answer) {
    const bool limit = event == LeaseEvent::conflict || event == LeaseEvent::own_conflict ||
                       event == LeaseEvent::ended_here;
    if (!limit || answer.meaning != cm::Meaning::conflict) return false;
    // The conflict is there before the lease follows: when playback is stopped, the UI can read it.
    // It is told last: the order to stop, and the answer to the viewer, go first.
    const Conflict& conflict = hear_limit(event, answer);
    // The start was only to end another stream.
    Ticket& ticket = session_.progress.ticket;
    if (ticket != 0 && session_.progress.lease == Lease::withdrawn)
        ledgers_.outbox.reply(ActionKind::limited, ticket).conflict = conflict.index;
    step(event, answer);
    if (conflict.told)  // and so it is open
        ledgers_.outbox.notify(Notice::conflict, kNoSession).conflict = conflict.index;
    return true;
}

Conflict& Lifecycle::hear_limit(LeaseEvent event, const cm::Answer& answer) {
    Session::Progress& progress = session_.progress;
    Conflict* conflict = ledgers_.conflicts.find(progress.resolves);
    if (conflict == nullptr || conflict->over()) {
        conflict = &ledgers_.conflicts.place(session_.stream.party);
        conclude(*conflict, Outcome::expired, ledgers_);
        ledgers_.conflicts.open(*conflict, session_.stream, ledgers_.ids.next());
        conflict->entry = note_conflict(session_, answer.evaluation, ledgers_);
    } else {
        note_again(conflict->entry, answer.evaluation, ledgers_);
    }
    const bool start = progress.in_flight == cm::Call::start;
    Conflicts::renew(*conflict, {answer.body, start ? &session_.terminate : nullptr,
                                 ledgers_.wall_ms(), ledgers_.now, ledgers_.random.next()});
    ledgers_.looks.outdate(session_.stream);
    ledgers_.outbox.save();
    const bool ours = event == LeaseEvent::own_conflict;
    const bool chosen = event == LeaseEvent::ended_here;
    const bool owed = progress.lease == Lease::withdrawn || progress.lease == Lease::releasing;
    progress.resolves = ours ? conflict->serial : 0;
    if (chosen || (owed && !conflict->told)) {
        conclude(*conflict, chosen ? Outcome::chosen : Outcome::gave_up, ledgers_);
    } else if (!owed && !ours) {
        conflict->told = true;
        session_.conflict = conflict->id;
        if (progress.playback != Playback::idle) conflict->session = session_.id;
    }
    return *conflict;
}

// The viewer is told the limit and the choices that CM gives.
void Lifecycle::offer() {
    const Conflict* const conflict = ledgers_.conflicts.find(session_.conflict.view());
    ledgers_.outbox.reply(ActionKind::limited, session_.progress.ticket).conflict = conflict->index;
    session_.progress.hidden = true;
}

// CM has granted the start of the session, or was found to have granted it.
void Lifecycle::outlive_limit() {
    Session::Progress& progress = session_.progress;
    ledgers_.refused.lift(session_.stream);
    ledgers_.credit.renew();
    Conflict* const conflict = ledgers_.conflicts.find(progress.resolves);
    progress.resolves = 0;
    if (conflict == nullptr) return;
    if (progress.playback == Playback::idle && progress.ticket == 0)
        progress.waited = conflict->serial;
    const Outcome by_codes = progress.took_over ? Outcome::taken_over : Outcome::chosen;
    const Outcome without = progress.waited != 0 ? Outcome::waited : Outcome::granted;
    conclude(*conflict, session_.terminate.count > 0 ? by_codes : without, ledgers_);
}

}  // namespace cmagent::core
