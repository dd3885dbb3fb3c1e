#include "agent/ui/idempotency.h"

#include <algorithm>
#include <iterator>

namespace cmagent::ui {

const Idempotency::KeptStart* Idempotency::find(core::Party party, std::string_view key,
                                                Time now) const {
    for (const KeptStart& start : starts_) {
        if (now < start.until && start.party == party && start.key == key) return &start;
    }
    return nullptr;
}

void Idempotency::add(core::Party party, std::string_view key, std::string_view body,
                      core::Ticket ticket, Time now) {
    KeptStart& oldest =
        *std::min_element(std::begin(starts_), std::end(starts_),
                          [](const KeptStart& a, const KeptStart& b) { return a.until < b.until; });
    if (!oldest.key.assign(key)) return;
    oldest.party = party;
    oldest.body = platform::sha256(body);
    oldest.until = now + kLife;
    oldest.ticket = ticket;
    oldest.session.clear();
}

void Idempotency::conclude(core::Ticket ticket, std::string_view session) {
    for (KeptStart& start : starts_) {
        if (start.ticket != ticket || ticket == 0) continue;
        start.ticket = 0;
        if (session.empty() || !start.session.assign(session)) start.until = {};
    }
}

}  // namespace cmagent::ui
