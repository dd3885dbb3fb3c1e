#include "agent/core/conflicts.h"

#include "agent/base/wipe.h"
#include "agent/core/choices.h"
#include "agent/core/reference.h"

namespace cmagent::core {

void Conflict::forget() {
    until = kNever;
    stream.clear();
    failed.clear();
    wipe(body, body_size);
    body_size = 0;
}

void Conflicts::open(Conflict& conflict, const StreamRequest& stream, std::uint64_t id) {
    conflict.used = true;
    conflict.outcome = Outcome::open;
    conflict.told = false;
    conflict.index = static_cast<std::uint8_t>(&conflict - conflicts_);
    conflict.attempt = 0;
    conflict.serial = ++opened_;
    (void)conflict.id.assign(name_for(id).view());
    conflict.wait = {};
    conflict.session.clear();
    conflict.stream = stream;
}

void Conflicts::renew(Conflict& conflict, const Limit& limit) {
    ++conflict.attempt;
    conflict.version = limit.random;
    conflict.heard_wall_ms = limit.wall_ms;
    conflict.until = limit.now + kConflictLife;
    conflict.failed.clear();
    if (limit.failed != nullptr) conflict.failed = *limit.failed;
    const Buffer before{conflict.body, conflict.body_size};
    conflict.body_size = slice(limit.body, 0, sizeof conflict.body).size();
    if (conflict.body_size > 0) std::memcpy(conflict.body, limit.body.data(), conflict.body_size);
    wipe_rest(before, conflict.body_size);
}

Conflict& Conflicts::place(Party party) {
    Share share(kMaxConflicts, party);
    for (const Conflict& conflict : conflicts_) {
        if (conflict.used) share.count(conflict.stream.party);
    }
    // The least goes first.
    const auto worth = [party, &share](const Conflict& conflict) {
        const bool own = conflict.used && conflict.stream.party == party;
        if (share.spent() && !own) return 4;
        if (!conflict.used) return 0;
        return conflict.over() ? 1 : own ? 2 : 3;
    };
    Conflict* best = conflicts_;
    for (Conflict& conflict : conflicts_) {
        const int more = worth(conflict) - worth(*best);
        if (more == 0 ? conflict.serial < best->serial : more < 0) best = &conflict;
    }
    return *best;
}

const Conflict* Conflicts::find(std::string_view id) const {
    for (const Conflict& conflict : conflicts_) {
        if (conflict.used && conflict.id == id) return &conflict;
    }
    return nullptr;
}

Conflict* Conflicts::find(std::string_view id) {
    return const_cast<Conflict*>(static_cast<const Conflicts*>(this)->find(id));
}

bool Conflicts::has_entry(std::uint32_t entry) const {
    for (const Conflict& conflict : conflicts_) {
        if (conflict.used && conflict.entry == entry) return true;
    }
    return false;
}

const Conflict* Conflicts::find(std::uint64_t serial) const {
    for (const Conflict& conflict : conflicts_) {
        if (conflict.used && conflict.serial == serial) return &conflict;
    }
    return nullptr;
}

Conflict* Conflicts::find(std::uint64_t serial) {
    return const_cast<Conflict*>(static_cast<const Conflicts*>(this)->find(serial));
}

Refusal judge(const Conflict* conflict, const Owner& by, const cm::Codes& codes,
              json::Tokens tokens) {
    if (conflict == nullptr) return Refusal::no_such_conflict;
    if (conflict->stream.owner != by) return Refusal::not_owner;
    if (conflict->over()) return Refusal::conflict_over;
    const cm::Evaluation evaluation = cm::Evaluation::read(conflict->text(), tokens);
    for (std::size_t i = 0; i < codes.count; ++i) {
        if (!offers(evaluation, codes.list[i].view())) return Refusal::code_not_offered;
    }
    return Refusal::none;
}

}  // namespace cmagent::core
