// What the start of a session ends on this box itself: what the viewer has chosen in a conflict, what
// the agent takes over, and what a zap replaces.

#include "agent/core/lease_event.h"
#include "agent/core/lifecycle.h"
#include "agent/core/one_player.h"
#include "agent/core/own_streams.h"
#include "agent/core/requests.h"

namespace cmagent::core {

// CM has taken the start: the sessions of this box whose codes it carried are over there. A code
// does not always end a stream, so each is given back as well; CM answers whatever it likes.
void Lifecycle::end_chosen() {
    for (Session& other : ledgers_.sessions) {
        if (!session_.terminate.has(other.own_code.view())) continue;
        other.own_code.clear();
        Lifecycle life(ledgers_, other);
        if (other.allowed()) life.end(EndReason::ended_here, end_of(other));
        if (other.progress.left_to_code) life.step(LeaseEvent::ended);
    }
    session_.terminate.clear();
}

// What plays on the exclusive player of a session that begins is left to it; but nobody watches what
// is hidden.
PlaybackEvent Lifecycle::end_of(const Session& other) const {
    const bool left = session_.shown() && takes_place(session_, other, ledgers_);
    return left ? PlaybackEvent::leave : PlaybackEvent::stop;
}

// Whatever plays on its exclusive player makes room, as in a zap.
void Lifecycle::take_player() {
    for (Session& other : ledgers_.sessions) {
        if (!takes_place(session_, other, ledgers_)) continue;
        ledgers_.sessions.chain(other, session_);
        Lifecycle(ledgers_, other).end(EndReason::replaced, PlaybackEvent::leave);
    }
}

// Its turn on the player has come; or a later start waits there, before which it would be over as
// soon as its viewer had the answer.
void Lifecycle::leave_queue() {
    const Session* const later = overtaker_of(session_, ledgers_);
    if (later == nullptr) return play();
    ledgers_.sessions.chain(session_, *later);
    withdraw(Refusal::replaced);
}

// CM has refused a start. What it was to end on this box may be over all the same: a heartbeat tells
// at once.
void Lifecycle::prove_chosen() {
    note_chosen(ledgers_.sessions, session_);
    for (Session& other : ledgers_.sessions) {
        const bool named = call_for(other.progress.lease) == cm::Call::heartbeat;
        if (other.progress.chosen && named) Lifecycle(ledgers_, other).ask(cm::Call::heartbeat);
    }
}

// CM has refused a start, and the agent may end something itself: what a zap replaces, which did not
// end by its code, and is given back first now; or what is found in the 409.
void Lifecycle::take_over(const cm::Answer& answer) {
    Session::Progress& progress = session_.progress;
    const std::uint64_t replaced = progress.instead;
    if (replaced == 0) {
        (void)own_codes(session_, answer.evaluation, ledgers_, session_.terminate);
        progress.took_over = true;
        return ask(cm::Call::start);
    }
    --session_.terminate.count;  // the last one is of the session that is replaced
    if (!give_back_replaced()) return ask(cm::Call::start);
    progress.after = replaced;
}

// CM is told of the end of the session that the start was to end by its code. False: it is over
// already.
bool Lifecycle::give_back_replaced() {
    const std::uint64_t replaced = session_.progress.instead;
    session_.progress.instead = 0;
    for (Session& other : ledgers_.sessions) {
        const bool owed = other.progress.lease == Lease::releasing;
        if (other.progress.serial != replaced || !owed) continue;
        other.progress.left_to_code = false;
        Lifecycle(ledgers_, other).ask(cm::Call::end);
        return true;
    }
    return false;
}

// For the next zap: CM's list tells the code of the session. Where CM may not be looked at so soon
// after the last time, the first heartbeat is the second opportunity, and the last.
void Lifecycle::look_for_code() {
    Looks& looks = ledgers_.looks;
    const bool wanted = ledgers_.settings->zap == Zap::atomic && session_.own_code.empty() &&
                        session_.progress.accepted <= 1;
    if (!wanted || looks.known(session_.stream, true, ledgers_.now) != nullptr) return;
    (void)looks.ask(session_.stream, *ledgers_.settings, false, ledgers_.now, ledgers_.outbox);
}

}  // namespace cmagent::core
