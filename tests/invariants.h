#pragma once
// The invariants of a session (agent/core/README.md, "Invariants of a session"), by the numbers
// that they have there. Stories and the simulation check them after every event.

#include "agent/core/ledgers.h"
#include "agent/core/session.h"

namespace cmagent {

struct Invariant {
    int number;
    bool holds;
};

// The number of the first invariant that does not hold between two events; 0: all hold.
[[nodiscard]] inline int broken_invariant(const core::Session& session) {
    using core::EndReason;
    using core::Exchange;
    using core::Lease;
    using core::Playback;
    const core::Session::Progress& now = session.progress;
    const auto set = [](Time timer) { return timer != kNever; };
    const auto lease_is = [&](auto... states) { return ((now.lease == states) || ...); };
    const bool planned = now.exchange == Exchange::waiting ||
                         now.exchange == Exchange::backing_off || now.exchange == Exchange::cooling;
    const bool undecided = lease_is(Lease::none, Lease::unclear);
    const bool owed = lease_is(Lease::withdrawn, Lease::releasing);
    const bool covered = lease_is(Lease::assumed, Lease::held, Lease::overdue, Lease::renewing);
    const bool queued = now.playback == Playback::queued;
    const bool being_stopped = session.being_stopped();
    const Invariant invariants[] = {
        {1, set(now.exchange_at) == planned},
        {2, (now.exchange == Exchange::idle) ==
                (now.lease == Lease::gone || (now.lease == Lease::none && now.after != 0))},
        {3, !undecided || now.playback == Playback::idle},
        {4, covered == (queued || now.playback == Playback::playing)},
        {5, set(now.playback_at) == being_stopped},
        {6, now.hidden ||
                (now.end_reason != EndReason::none) == (being_stopped || is_final(now.playback))},
        {7, now.ticket == 0 || undecided || owed || being_stopped || queued},
        {8, now.after == 0 || now.lease == Lease::none},
        {9, !now.hidden || (owed && now.playback == Playback::idle)},
        {10, session.cm_id.empty()
                 ? !lease_is(Lease::held, Lease::overdue, Lease::releasing)
                 : lease_is(Lease::held, Lease::overdue, Lease::releasing, Lease::gone)},
        {11, set(now.grace_at) ? lease_is(Lease::assumed, Lease::overdue, Lease::renewing)
                               : !lease_is(Lease::assumed, Lease::overdue)},
        {12, owed ? set(now.forgotten_at)
                  : !set(now.forgotten_at) || (now.lease == Lease::unclear && now.ticket == 0)},
        {13, set(now.pause_at) == (now.paused && now.end_reason == EndReason::none)},
        {14, now.hidden || (now.end_reason == EndReason::displaced
                                ? !session.conflict.empty()
                                : session.conflict.empty() || now.end_reason == EndReason::denied)},
        {15, now.resolves == 0 || undecided || owed || lease_is(Lease::assumed, Lease::renewing)},
    };
    for (const Invariant& invariant : invariants) {
        if (!invariant.holds) return invariant.number;
    }
    return 0;
}

// Invariant 16: who waits without a timer and without a request in flight. `flies` says whether the
// link knows a request. Nullptr: nobody.
template <class Flies>
[[nodiscard]] const char* who_hangs(const core::Ledgers& ledgers, Flies flies) {
    using core::Session;
    const auto moves = [&](const Session::Progress& now) {
        const bool timed = now.exchange_at != kNever || now.playback_at != kNever;
        return timed || (now.exchange == core::Exchange::in_flight && flies(now.exchange_id));
    };
    const auto follows = [&](std::uint64_t serial) {
        for (const Session& other : ledgers.sessions) {
            if (other.progress.serial == serial) return moves(other.progress);
        }
        return false;
    };
    const auto looks = [&](core::LookIndex look) { return flies(ledgers.looks[look].exchange); };
    for (const Session& session : ledgers.sessions) {
        const Session::Progress& now = session.progress;
        if (now.exchange == core::Exchange::in_flight && !flies(now.exchange_id))
            return "a session, for an answer that nobody gives";
        if (now.after != 0 && !follows(now.after)) return "a zap, for an end that never comes";
        if (now.ticket != 0 && now.after == 0 && !moves(now)) return "the caller of a session";
    }
    for (const core::Queries::Record& query : ledgers.queries) {
        const bool asked = query.exchange != 0 ? flies(query.exchange) : looks(query.look);
        if (query.ticket != 0 && !asked) return "the caller of a query";
    }
    for (const core::StreamEnds::Record& end : ledgers.stream_ends) {
        if (end.ticket != 0 && !looks(end.look)) return "who ends a stream";
    }
    for (core::LookIndex look = 0; look < core::Looks::kMaxLooks; ++look) {
        if (ledgers.looks[look].exchange != 0 && !looks(look)) return "a look";
    }
    for (const core::Conflict& conflict : ledgers.conflicts) {
        if (conflict.used && conflict.wait.on() && conflict.wait.look_at == kNever)
            return "who waits for a place";
    }
    return nullptr;
}

// The first fault between conflicts and their evidence in the history ("Invariants of the whole"):
// one entry for each conflict, which says what the conflict is, and none for a conflict that is not
// there. Nullptr: there is none.
[[nodiscard]] inline const char* broken_evidence(const core::Ledgers& ledgers) {
    const auto entry_of = [&](const core::Conflict& conflict) {
        const core::History::Entry* found = nullptr;
        for (std::size_t i = 0; i < ledgers.history.size(); ++i) {
            if (ledgers.history[i].id == conflict.entry) found = &ledgers.history[i];
        }
        return found;
    };
    std::size_t open = 0;
    for (const core::Conflict& conflict : ledgers.conflicts) {
        if (!conflict.used) continue;
        if (conflict.outcome == core::Outcome::open) ++open;
        const core::History::Entry* const entry = entry_of(conflict);
        if (entry == nullptr) {
            if (conflict.outcome == core::Outcome::open) return "an open conflict has no entry";
            continue;  // newer entries have taken its place
        }
        if (entry->outcome != conflict.outcome) return "an entry has another outcome";
        if (entry->attempt != (conflict.attempt < UINT8_MAX ? conflict.attempt : UINT8_MAX))
            return "an entry has counted other 409s";
        for (const core::Conflict& other : ledgers.conflicts) {
            if (&other != &conflict && other.used && other.entry == conflict.entry)
                return "two conflicts have one entry";
        }
    }
    for (std::size_t i = 0; i < ledgers.history.size(); ++i) {
        if (ledgers.history[i].outcome != core::Outcome::open) continue;
        if (open-- == 0) return "an entry is open without a conflict";
    }
    return nullptr;
}

}  // namespace cmagent
