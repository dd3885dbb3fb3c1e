#include "agent/core/throttle.h"

#include "agent/base/hash.h"

namespace cmagent::core {

Throttle::Key Throttle::key(const StreamRequest& stream) {
    Fnv1a hash;
    hash.add(stream.idp.view());
    hash.add(std::uint64_t{0});  // a byte that no text holds: ("a", "bc") is not ("ab", "c")
    hash.add(stream.subject.view());
    return hash.value() | 1;
}

// Nullptr for a subject that is not silenced.
const Throttle::Entry* Throttle::find(Key subject) const {
    for (const Entry& entry : entries_) {
        if (entry.subject == subject) return &entry;
    }
    return nullptr;
}

// The subject takes its own place, a free one, or that of the silence that is over first.
void Throttle::silence(const StreamRequest& stream, Time until) {
    const Key wanted = key(stream);
    Entry* place = entries_;
    for (Entry& entry : entries_) {
        if (entry.subject == wanted) {
            place = &entry;
            break;
        }
        if (entry.until < place->until) place = &entry;
    }
    *place = {wanted, until};
}

void Throttle::clear(const StreamRequest& stream, Time now) {
    const Key wanted = key(stream);
    for (Entry& entry : entries_) {
        if (entry.subject == wanted && entry.until <= now) entry = {};
    }
}

bool Throttle::again(const StreamRequest& stream) const {
    return find(key(stream)) != nullptr;
}

Millis Throttle::remaining(const StreamRequest& stream, Time now) const {
    const Entry* entry = find(key(stream));
    return entry != nullptr && now < entry->until ? entry->until - now : 0;
}

}  // namespace cmagent::core
