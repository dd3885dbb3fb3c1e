#include "agent/ui/idempotency.h"

namespace cmagent::ui {

const Idempotency::KeptStart* Idempotency::find(core::Party party, std::string_view key,
                                                Time now) const {
    for (const KeptStart& start : starts_) {
        if (now < start.until && start.party == party && start.key == key) return &start;
    }
    return nullptr;
}

// The oldest goes; of a party whose share is spent, its own.
Idempotency::KeptStart& Idempotency::place(core::Party party, Time now) {
    core::Share share(kKept, party);
    for (const KeptStart& start : starts_) {
        if (now < start.until) share.count(start.party);
    }
    KeptStart* oldest = nullptr;
    for (KeptStart& start : starts_) {
        const bool may_go = !share.spent() || (now < start.until && start.party == party);
        if (may_go && (oldest == nullptr || start.until < oldest->until)) oldest = &start;
    }
    return *oldest;
}

void Idempotency::add(core::Party party, std::string_view key, std::string_view body,
                      core::Ticket ticket, Time now) {
    KeptStart& start = place(party, now);
    if (!start.key.assign(key)) return;
    start.party = party;
    start.body = platform::sha256(body);
    start.until = now + kLife;
    start.ticket = ticket;
    start.session.clear();
}

void Idempotency::conclude(core::Ticket ticket, std::string_view session) {
    for (KeptStart& start : starts_) {
        if (start.ticket != ticket || ticket == 0) continue;
        start.ticket = 0;
        if (session.empty() || !start.session.assign(session)) start.until = {};
    }
}

}  // namespace cmagent::ui
