#include "agent/core/presence.h"

#include "agent/core/ledgers.h"

namespace cmagent::core {
namespace {

// Who listens is there now, and the caller.
void see(const Owner& caller, Ledgers& ledgers) {
    const auto is_there = [&](const Owner& owner) {
        return ledgers.presence.listens(owner) || (owner && owner == caller);
    };
    for (Session& session : ledgers.sessions) {
        if (is_there(session.stream.owner)) session.progress.seen_at = ledgers.now;
    }
    for (Conflict& conflict : ledgers.conflicts) {
        if (is_there(conflict.stream.owner)) conflict.wait.seen_at = ledgers.now;
    }
}

// Somebody knows of what was found on flash: his presence is judged as any other's from now on.
void claim(Session& session, Ledgers& ledgers) {
    if (!session.progress.unclaimed) return;
    session.progress.unclaimed = false;
    session.progress.seen_at = ledgers.now;
    ledgers.outbox.save();
}

}  // namespace

bool Presence::listens(const Owner& owner) const {
    for (const Owner& listener : listening_) {
        if (!owner || listener == owner) return true;
    }
    return false;
}

void note_listeners(const Presence::Listening& listening, Ledgers& ledgers) {
    see({}, ledgers);  // who has listened until now was there until now
    ledgers.presence.listen(listening);
    for (Session& session : ledgers.sessions) {
        for (const Owner& listener : listening) {
            if (listener == session.stream.owner) claim(session, ledgers);
        }
    }
}

void note_call(const Owner& owner, std::string_view named, Ledgers& ledgers) {
    see(owner, ledgers);
    for (Session& session : ledgers.sessions) {
        const bool of_owner = owner && owner == session.stream.owner;
        if (of_owner || named == session.id.view()) claim(session, ledgers);
    }
}

Time lost_at(const StreamRequest& stream, Time seen_at, const Ledgers& ledgers) {
    if (ledgers.presence.listens(stream.owner)) return kNever;
    return seen_at + ledgers.settings->players[stream.player].lost;
}

}  // namespace cmagent::core
