// Where sessions, conflicts and queries are kept, and how they are found.

#include "agent/core/core.h"
#include "agent/core/reference.h"

namespace cmagent::core {

// A free record; the one that ended first where as many ended sessions are kept as may be. There is always one:
// live sessions take at most kMaxSessions records.
Session& Core::allocate() {
    Session* chosen = nullptr;
    for (Session& session : sessions_) {
        if (!session.progress.used) {
            chosen = &session;
            break;
        }
        if (session.live()) continue;
        if (chosen == nullptr || evict_before(session, *chosen)) chosen = &session;
    }
    if (chosen->progress.used) {
        step(*chosen, ExchangeEvent::drop);
        let_successors_go(*chosen);
    }
    chosen->reset();
    chosen->progress.used = true;
    chosen->progress.serial = ++serial_;
    return *chosen;
}

// What is finished at CM goes before what is still owed to CM, the oldest first.
bool Core::evict_before(const Session& a, const Session& b) {
    const bool a_done = a.progress.lease == Lease::gone;
    const bool b_done = b.progress.lease == Lease::gone;
    return a_done == b_done ? a.progress.serial < b.progress.serial : a_done;
}

Session* Core::by_exchange(std::uint32_t exchange) {
    const std::size_t slot = exchange & 0xff;
    if (slot >= kRecords) return nullptr;
    Session& session = sessions_[slot];
    const bool current = session.progress.used &&
                         session.progress.exchange == Exchange::in_flight &&
                         session.progress.exchange_id == exchange;
    return current ? &session : nullptr;
}

Core::QueryRecord* Core::query_by_exchange(std::uint32_t exchange) {
    const std::size_t slot = exchange & 0xff;
    if (slot < kRecords || slot >= kRecords + kMaxQueries) return nullptr;
    QueryRecord& query = queries_[slot - kRecords];
    return query.ticket != 0 && query.exchange == exchange ? &query : nullptr;
}

SessionIndex Core::find_session(std::string_view id) const {
    if (id.empty()) return kNoSession;
    for (const Session& session : sessions_) {
        if (session.shown() && session.id.view() == id) return index_of(session);
    }
    return kNoSession;
}

Session* Core::shown(std::string_view id) {
    const SessionIndex index = find_session(id);
    return index == kNoSession ? nullptr : &sessions_[index];
}

const Conflict* Core::find_conflict(std::string_view id) const {
    for (const Conflict& conflict : conflicts_) {
        if (conflict.used && conflict.id.view() == id) return &conflict;
    }
    return nullptr;
}

Conflict* Core::conflict_by_id(std::string_view id) {
    const Conflict* found = find_conflict(id);
    return found == nullptr ? nullptr : &conflicts_[found - conflicts_];
}

SessionIndex Core::index_of(const Session& session) const {
    return static_cast<SessionIndex>(&session - sessions_);
}

void Core::renew_reference(Session& session) {
    session.progress.reference = settings_->reference ? random_.next() | 1 : 0;
}

void Core::remember_conflict(const Conflict& conflict, std::int64_t wall_ms) {
    PastConflict& past = history_[history_count_++ % kHistory];
    past.wall_ms = wall_ms;
    first_rule(conflict.text(), scratch(), past.rule);
}

}  // namespace cmagent::core
