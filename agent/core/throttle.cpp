#include "agent/core/throttle.h"

namespace cmagent::core {

// FNV-1a.
Throttle::Key Throttle::key(std::string_view idp, std::string_view subject) {
    constexpr Key kPrime = 16'777'619;
    Key hash = 2'166'136'261;
    for (const char c : idp) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    hash *= kPrime;  // a byte that no text holds: ("a", "bc") is not ("ab", "c")
    for (const char c : subject) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    return hash | 1;
}

// Nothing for one that was never silenced.
const Throttle::Entry* Throttle::find(Key subject) const {
    for (const Entry& entry : entries_) {
        if (entry.subject == subject) return &entry;
    }
    return nullptr;
}

// In its own place, a free one, or that of the one that is over first.
void Throttle::silence(std::string_view idp, std::string_view subject, Time until) {
    const Key wanted = key(idp, subject);
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

void Throttle::clear(std::string_view idp, std::string_view subject, Time now) {
    const Key wanted = key(idp, subject);
    for (Entry& entry : entries_) {
        if (entry.subject == wanted && entry.until <= now) entry = {};
    }
}

bool Throttle::again(std::string_view idp, std::string_view subject) const {
    return find(key(idp, subject)) != nullptr;
}

Millis Throttle::remaining(std::string_view idp, std::string_view subject, Time now) const {
    const Entry* entry = find(key(idp, subject));
    return entry != nullptr && now < entry->until ? entry->until - now : 0;
}

}  // namespace cmagent::core
