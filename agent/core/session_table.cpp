#include "agent/core/session_table.h"

namespace cmagent::core {
namespace {

bool goes_before(const Session& a, const Session& b) {
    const bool a_done = a.progress.lease == Lease::gone;
    const bool b_done = b.progress.lease == Lease::gone;
    return a_done == b_done ? a.progress.serial < b.progress.serial : a_done;
}

}  // namespace

Session& SessionTable::place() {
    Session* chosen = nullptr;
    Session* unused = nullptr;
    std::size_t readable = 0;
    for (Session& session : records_) {
        if (!session.progress.used && unused == nullptr) unused = &session;
        if (!session.progress.used || session.live()) continue;
        readable += session.shown() && session.closed() ? 1U : 0U;
        if (chosen == nullptr || goes_before(session, *chosen)) chosen = &session;
    }
    // A record that was never used is memory that was never touched.
    return unused != nullptr && readable <= kKeptEnded ? *unused : *chosen;
}

void SessionTable::open(Session& place) {
    place.reset();
    place.progress.used = true;
    place.progress.index = static_cast<SessionIndex>(&place - records_);
    place.progress.serial = ++opened_;
}

void SessionTable::forget_closed() {
    for (Session& session : records_) {
        if (!session.progress.used || session.closed()) session.forget();
    }
}

const Session* SessionTable::find(std::string_view id) const {
    if (id.empty()) return nullptr;
    for (const Session& session : *this) {
        if (session.shown() && session.id == id) return &session;
    }
    return nullptr;
}

Session* SessionTable::find(std::string_view id) {
    return const_cast<Session*>(static_cast<const SessionTable*>(this)->find(id));
}

Session* SessionTable::find(ExchangeId exchange) {
    const std::size_t slot = slot_of(exchange);
    if (slot >= kRecords) return nullptr;
    const Session::Progress& progress = records_[slot].progress;
    const bool current = progress.used && progress.exchange == Exchange::in_flight &&
                         progress.exchange_id == exchange;
    return current ? &records_[slot] : nullptr;
}

Share SessionTable::share(std::size_t places, Party party, const Session* but) const {
    Share share(places, party);
    for (const Session& session : *this) {
        if (session.live() && &session != but) share.count(session.stream.party);
    }
    return share;
}

bool SessionTable::has_live(Party party) const {
    for (const Session& session : *this) {
        if (session.live() && session.stream.party == party) return true;
    }
    return false;
}

bool SessionTable::all_closed() const {
    for (const Session& session : *this) {
        if (!session.closed()) return false;
    }
    return true;
}

bool SessionTable::is_waited_for(const Session& session) const {
    for (const Session& other : *this) {
        if (other.progress.after == session.progress.serial) return true;
    }
    return false;
}

const Session* SessionTable::successor_of(const Session& session) const {
    for (const Session& other : *this) {
        if (other.progress.serial == session.progress.successor) return &other;
    }
    return nullptr;
}

const Session& SessionTable::last_of_chain(const Session& session) const {
    const Session* last = &session;
    for (const Session* next = last; next != nullptr; next = successor_of(*last)) last = next;
    return *last;
}

const Session* SessionTable::replacement_of(const Session& session) const {
    const Session* const successor = successor_of(session);
    return successor != nullptr && successor->shown() ? successor : nullptr;
}

Session& SessionTable::last_of_chain(const Session& session) {
    return const_cast<Session&>(static_cast<const SessionTable*>(this)->last_of_chain(session));
}

const Session* SessionTable::find_start(std::uint64_t conflict) const {
    const Session* last = nullptr;
    for (const Session& session : *this) {
        if (session.progress.resolves != conflict) continue;
        if (last == nullptr || last->progress.serial < session.progress.serial) last = &session;
    }
    return last;
}

Session* SessionTable::find_start(std::uint64_t conflict) {
    return const_cast<Session*>(static_cast<const SessionTable*>(this)->find_start(conflict));
}

// Whatever led to the session leads to its successor: the record between them may be gone soon.
void SessionTable::chain(Session& session, const Session& successor) {
    for (Session& earlier : records_) {
        if (earlier.progress.successor == session.progress.serial)
            earlier.progress.successor = successor.progress.serial;
    }
    session.progress.successor = successor.progress.serial;
}

}  // namespace cmagent::core
