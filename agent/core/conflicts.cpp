#include "agent/core/conflicts.h"

#include "agent/core/choices.h"
#include "agent/core/reference.h"

namespace cmagent::core {

Conflict& Conflicts::open(const StreamRequest& stream, std::string_view body, std::uint64_t id,
                          Time now) {
    Conflict& conflict = place();
    conflict.used = true;
    conflict.over = false;
    conflict.index = static_cast<std::uint8_t>(&conflict - conflicts_);
    conflict.serial = ++opened_;
    conflict.until = now + kConflictLife;
    (void)conflict.id.assign(name_for(id).view());
    conflict.stream = stream;
    conflict.body_size = slice(body, 0, sizeof conflict.body).size();
    if (conflict.body_size > 0) std::memcpy(conflict.body, body.data(), conflict.body_size);
    return conflict;
}

Conflict& Conflicts::place() {
    Conflict* best = conflicts_;
    for (Conflict& conflict : conflicts_) {
        if (!conflict.used) return conflict;
        const bool older = conflict.serial < best->serial;
        if (conflict.over == best->over ? older : conflict.over) best = &conflict;
    }
    return *best;
}

void Conflicts::close(const Logout& logout) {
    for (Conflict& conflict : conflicts_) {
        if (conflict.used && logout.concerns(conflict.stream)) close(conflict);
    }
}

const Conflict* Conflicts::find(std::string_view id) const {
    for (const Conflict& conflict : conflicts_) {
        if (conflict.used && conflict.id.view() == id) return &conflict;
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

Time Conflicts::next_deadline() const {
    Time first = kNever;
    for (const Conflict& conflict : conflicts_) {
        if (conflict.used && !conflict.over) first = earlier(first, conflict.until);
    }
    return first;
}

void Conflicts::handle_timeout(Time now) {
    for (Conflict& conflict : conflicts_) {
        if (conflict.used && conflict.until <= now) close(conflict);
    }
}

Refusal judge(const Conflict* conflict, const cm::Codes& codes, json::Tokens tokens) {
    if (conflict == nullptr) return Refusal::no_such_conflict;
    if (conflict->over) return Refusal::conflict_over;
    const cm::Evaluation evaluation = cm::Evaluation::read(conflict->text(), tokens);
    for (std::size_t i = 0; i < codes.count; ++i) {
        if (!offers(evaluation, codes.list[i].view())) return Refusal::code_not_offered;
    }
    return Refusal::none;
}

}  // namespace cmagent::core
