#include "agent/core/resolve.h"

#include "agent/core/evidence.h"
#include "agent/core/lifecycle.h"
#include "agent/core/own_streams.h"
#include "agent/core/start.h"

namespace cmagent::core {
namespace {

bool same(const cm::Codes& a, const cm::Codes& b) {
    if (a.count != b.count) return false;
    for (std::size_t i = 0; i < a.count; ++i) {
        if (a.list[i].view() != b.list[i].view()) return false;
    }
    return true;
}

}  // namespace

Refusal resolve(const Resolve& event, Ledgers& ledgers, json::Tokens tokens) {
    Conflict* const conflict = ledgers.conflicts.find(event.conflict);
    const Refusal refusal = judge(conflict, event.by, *event.terminate, tokens);
    if (refusal != Refusal::none) return refusal;
    // A crash of the daemon has forgotten the codes of its sessions, but not the conflict.
    learn_codes(ledgers.sessions, cm::Evaluation::read(conflict->text(), tokens));
    Session* const under_way = ledgers.sessions.find_start(conflict->serial);
    if (under_way != nullptr && under_way->shown() &&
        same(under_way->terminate, *event.terminate)) {
        Lifecycle(ledgers, *under_way).hand_over(event.ticket);
        return Refusal::none;
    }
    conflict->stream.party = event.party;
    return start({event.ticket, &conflict->stream, event.terminate, {}}, *conflict, under_way,
                 ledgers);
}

Refusal give_up(const GiveUp& event, Ledgers& ledgers) {
    Conflict* const conflict = ledgers.conflicts.find(event.conflict);
    if (conflict == nullptr) return Refusal::no_such_conflict;
    if (conflict->stream.owner != event.by) return Refusal::not_owner;
    Session* const under_way = ledgers.sessions.find_start(conflict->serial);
    if (under_way != nullptr) Lifecycle(ledgers, *under_way).end_by_viewer();
    conclude(*conflict, Outcome::gave_up, ledgers);
    return Refusal::none;
}

void conclude(Conflict& conflict, Outcome outcome, Ledgers& ledgers) {
    if (conflict.over()) return;
    conflict.outcome = outcome;
    conflict.wait.end();
    note_outcome(conflict.entry, outcome, ledgers);
    ledgers.outbox.save();
}

Time deadline_of(const Conflict& conflict, const Ledgers& ledgers) {
    if (!conflict.used) return kNever;
    return ledgers.sessions.find_start(conflict.serial) == nullptr ? conflict.expires() : kNever;
}

void expire(Conflict& conflict, Ledgers& ledgers) {
    conclude(conflict, Outcome::expired, ledgers);
    conflict.forget();
}

}  // namespace cmagent::core
