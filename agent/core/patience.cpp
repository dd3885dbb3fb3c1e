#include "agent/core/patience.h"

#include <algorithm>

#include "agent/core/pace.h"

namespace cmagent::core {

void Patience::knew(std::uint8_t application, Millis interval) {
    Entry& entry = entries_[application];
    entry.known = std::max(entry.known, interval);
}

bool Patience::forgot(std::uint8_t application, Millis interval, Time now) {
    Entry& entry = entries_[application];
    // CM was more patient than that: it has forgotten the session for another reason, or has become
    // less patient. The next time tells.
    const bool disproved = interval <= entry.known;
    if (disproved) entry.known = 0;
    const Millis guess = std::min(interval / 2, life(application, kLongestGuess, now));
    const Millis longest = std::max(entry.known, guess);
    if (disproved || longest < kShortestLife) return false;
    entry.life = longest;
    entry.learnt_at = now;
    return true;
}

Millis Patience::life(std::uint8_t application, Millis told, Time now) const {
    const Entry& entry = entries_[application];
    const Millis life = told > 0 ? told : Millis{Pace::kDefaultLife};
    return entry.holds(now) ? std::min(life, entry.life) : life;
}

void Patience::restore(std::uint8_t application, Millis life, Time learnt_at) {
    if (life < kShortestLife) return;
    entries_[application].life = std::min(life, Millis{Pace::kLongestLife});
    entries_[application].learnt_at = learnt_at;
}

}  // namespace cmagent::core
