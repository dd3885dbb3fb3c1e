#include "agent/ui/idempotency.h"

#include <algorithm>
#include <iterator>

#include "agent/base/hash.h"

namespace cmagent::ui {

const Idempotency::KeptStart* Idempotency::find(std::string_view key, Time now) const {
    for (const KeptStart& start : starts_) {
        if (now < start.until && start.key == key) return &start;
    }
    return nullptr;
}

void Idempotency::add(std::string_view key, std::uint64_t digest, core::Ticket ticket, Time now) {
    KeptStart& oldest =
        *std::min_element(std::begin(starts_), std::end(starts_),
                          [](const KeptStart& a, const KeptStart& b) { return a.until < b.until; });
    if (!oldest.key.assign(key)) return;
    oldest.digest = digest;
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

std::uint64_t digest(std::string_view body) {
    Fnv1a hash;
    hash.add(body);
    return hash.value();
}

}  // namespace cmagent::ui
