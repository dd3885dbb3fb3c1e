#include "agent/core/rate.h"

#include <algorithm>

#include "agent/base/bucket.h"
#include "agent/core/session_table.h"

namespace cmagent::core {
namespace {

constexpr Millis kAtOnce = 10;  // contract.md, "Shares"

// Of so many that a second brings more than kAtOnce, a second's worth at once.
Bucket bucket_of(const Settings& settings) {
    const auto per_minute = static_cast<Millis>(settings.starts_per_minute);
    return {kMinute / per_minute, std::max(kAtOnce, per_minute / 60)};
}

}  // namespace

const Rates::Entry* Rates::find(Party party) const {
    if (party.anonymous()) return &anonymous_;
    for (const Entry& entry : entries_) {
        if (entry.party == party) return &entry;
    }
    return nullptr;
}

// Who is remembered rather than another. A flood of new keys pushes out nothing but such keys, and
// nobody pushes out who has a session.
int Rates::worth(const Entry& entry, const SessionTable& sessions) {
    if (entry.party.anonymous()) return 0;  // free
    if (entry.party.by_key() && !entry.granted) return 1;
    return sessions.has_live(entry.party) ? 3 : 2;
}

Rates::Entry& Rates::place(Party party, const SessionTable& sessions) {
    if (const Entry* const known = find(party)) return const_cast<Entry&>(*known);
    Entry* best = entries_;
    for (Entry& entry : entries_) {
        const int more = worth(entry, sessions) - worth(*best, sessions);
        if (more == 0 ? entry.used_at < best->used_at : more < 0) best = &entry;
    }
    *best = {};
    best->party = party;
    return *best;
}

Millis Rates::take(Kind kind, Party party, const Settings& settings, const SessionTable& sessions,
                   Time now) {
    const Bucket bucket = bucket_of(settings);
    const Entry* const known = find(party);
    const bool doubted = !knows(party);
    wait_ = known == nullptr ? 0 : bucket.wait(known->full_at[kind], now);
    if (doubted) wait_ = std::max(wait_, bucket.wait(anonymous_.full_at[kind], now));
    if (wait_ > 0) return wait_;
    Entry& entry = place(party, sessions);
    entry.used_at = now;
    bucket.take(entry.full_at[kind], now);
    if (doubted) bucket.take(anonymous_.full_at[kind], now);
    return 0;
}

void Rates::note_granted(Party party, const SessionTable& sessions, Time now) {
    Entry& entry = place(party, sessions);
    entry.granted = true;
    entry.used_at = now;
}

}  // namespace cmagent::core
