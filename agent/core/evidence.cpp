#include "agent/core/evidence.h"

namespace cmagent::core {
namespace {

using Kind = History::Kind;

// The ends that have an entry of their own. Every other end is a completed session in CM's words.
struct EndRow {
    EndReason reason;
    Kind kind;
    std::uint32_t Counters::*counter;  // nullptr: those who ended the session count it
};
constexpr EndRow kEnds[] = {
    {EndReason::denied, Kind::denied, &Counters::completed},
    {EndReason::displaced, Kind::displaced, &Counters::dismissed},
    {EndReason::remote_termination, Kind::terminated, nullptr},
    {EndReason::ended_here, Kind::terminated, nullptr},
};
constexpr EndRow kOtherEnd = {EndReason::none, Kind::on_credit, &Counters::completed};

const EndRow& row_of(EndReason reason) {
    for (const EndRow& row : kEnds) {
        if (row.reason == reason) return row;
    }
    return kOtherEnd;
}

History::Entry& add(Kind kind, Session& session, Ledgers& ledgers) {
    History::Entry& entry = ledgers.history.add(kind);
    entry.application = session.stream.application;
    entry.wall_ms = ledgers.wall_ms();
    session.progress.entry = entry.id;
    return entry;
}

}  // namespace

void note_answer(const Session& session, cm::Meaning meaning, Ledgers& ledgers) {
    const bool start = session.progress.in_flight == cm::Call::start;
    if (start && meaning == cm::Meaning::conflict) ++ledgers.counters.failed_attempts;
}

namespace {

// The codes that end no session of this box.
std::uint32_t count_others(const cm::Codes& codes, const SessionTable& sessions) {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < codes.count; ++i) {
        bool own = false;
        for (const Session& session : sessions) own = own || session.own_code == codes.list[i];
        count += own ? 0 : 1;
    }
    return count;
}

}  // namespace

void note_granted(Session& session, Ledgers& ledgers) {
    Session::Progress& progress = session.progress;
    if (progress.end_reason == EndReason::none) progress.entry = 0;
    if (progress.in_flight == cm::Call::heartbeat) return;
    ledgers.counters.killed += count_others(session.terminate, ledgers.sessions);
    if (progress.granted) return;
    progress.granted = true;
    ++ledgers.counters.starts;
    if (progress.zap) ++ledgers.counters.zaps;
}

void note_unwanted(Session& session, Ledgers& ledgers) {
    const std::uint32_t starts = ledgers.counters.starts;
    note_granted(session, ledgers);
    ledgers.counters.completed += ledgers.counters.starts - starts;
}

void note(Kind kind, Session& session, Ledgers& ledgers) {
    (void)add(kind, session, ledgers);
}

void note_end(Session& session, Ledgers& ledgers) {
    const Session::Progress& progress = session.progress;
    const EndRow& row = row_of(progress.end_reason);
    if (progress.granted && row.counter != nullptr) ++(ledgers.counters.*row.counter);
    // A limit that ends a session has its entry already; credit that ends goes on in its own.
    History::Entry* entry = ledgers.history.find(progress.entry);
    const bool other = row.reason != EndReason::none;
    if (other && (entry == nullptr || entry->kind != row.kind))
        entry = &add(row.kind, session, ledgers);
    if (entry != nullptr) entry->end_reason = progress.end_reason;
}

void note_stop(Session& session, Ledgers& ledgers) {
    const bool heard = ledgers.heard_at == ledgers.now;
    session.progress.heard_at = heard ? ledgers.now : kNever;
}

void note_stop_sent(Session& session, Ledgers& ledgers) {
    Session::Progress& progress = session.progress;
    // An order to its backup is about the same stop.
    if (progress.stop_sent_at != kNever) return;
    progress.stop_sent_at = ledgers.now;
    History::Entry* entry = ledgers.history.find(progress.entry);
    if (entry != nullptr && progress.heard_at != kNever)
        entry->heard_to_stop_ms = ledgers.now - progress.heard_at;
}

void note_stopped(Session& session, Ledgers& ledgers) {
    const Session::Progress& progress = session.progress;
    const bool unconfirmed = progress.playback == Playback::unconfirmed;
    History::Entry* entry = ledgers.history.find(progress.entry);
    if (unconfirmed) ++ledgers.counters.unconfirmed_stops;
    if (unconfirmed && entry == nullptr) entry = &add(Kind::stop_unconfirmed, session, ledgers);
    if (entry == nullptr) return;
    entry->end_reason = progress.end_reason;
    entry->playback = progress.playback;
    if (!unconfirmed && progress.stop_sent_at != kNever)
        entry->stop_to_verified_ms = ledgers.now - progress.stop_sent_at;
}

std::uint32_t note_conflict(Session& session, const cm::Evaluation& evaluation, Ledgers& ledgers) {
    ++ledgers.counters.conflicts;
    const bool plays = session.progress.in_flight == cm::Call::heartbeat;
    History::Entry& entry = add(plays ? Kind::displaced : Kind::denied, session, ledgers);
    entry.outcome = Outcome::open;
    entry.attempt = 1;
    entry.note(evaluation);
    return entry.id;
}

void note_again(std::uint32_t id, const cm::Evaluation& evaluation, Ledgers& ledgers) {
    History::Entry* const entry = ledgers.history.find(id);
    if (entry == nullptr) return;
    if (entry->attempt < UINT8_MAX) ++entry->attempt;
    entry->note(evaluation);
}

void note_outcome(std::uint32_t id, Outcome outcome, Ledgers& ledgers) {
    History::Entry* const entry = ledgers.history.find(id);
    if (entry == nullptr || entry->outcome != Outcome::open) return;
    entry->outcome = outcome;
    if (ledgers.listener != nullptr) ledgers.listener->on_outcome(*entry);
}

}  // namespace cmagent::core
