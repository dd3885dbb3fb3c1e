#include "agent/core/refused.h"

#include "agent/base/hash.h"

namespace cmagent::core {

Refused::Key Refused::key(const StreamRequest& stream) const {
    Fnv1a hash;
    hash.add(salt_);
    hash.add(std::uint64_t{stream.application});
    hash.add(stream.idp.view());
    hash.add(std::uint64_t{0});  // a byte that no text holds: ("a", "bc") is not ("ab", "c")
    hash.add(stream.subject.view());
    return hash.value() | 1;
}

Refused::Entry& Refused::place(Key account) {
    Entry* best = entries_;
    for (Entry& entry : entries_) {
        if (entry.account == account) return entry;
        const bool older = entry.account == 0 || entry.at < best->at;
        if (best->account != 0 && older) best = &entry;
    }
    return *best;
}

void Refused::note(const StreamRequest& stream, bool limit, Time now, Ids& ids) {
    if (salt_ == 0) salt_ = ids.next();
    const Key account = key(stream);
    place(account) = {account, limit, now};
}

void Refused::lift(const StreamRequest& stream) {
    const Key account = key(stream);
    for (Entry& entry : entries_) {
        if (entry.account == account) entry = {};
    }
}

std::string_view Refused::reason(const StreamRequest& stream, Time now) const {
    const Key account = key(stream);
    for (const Entry& entry : entries_) {
        if (entry.account == account && entry.holds(now))
            return entry.limit ? "limit-known" : "refused-before";
    }
    return {};
}

}  // namespace cmagent::core
