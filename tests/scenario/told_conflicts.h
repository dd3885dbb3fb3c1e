#pragma once
// What the scenarios of conflicts share: CM's sample of a 409, and what came of it.

#include <cstddef>
#include <string>

#include "tests/fixture.h"
#include "tests/scenario/world.h"

namespace cmagent::scenario {

inline constexpr const char* kCode = "51fd351f";  // of the sample «409-service-streams»

inline Reply limited_again() {
    return fixture(409, "409-service-streams");
}

// The conflict that was told last, by an event.
inline std::string told(const World& world) {
    std::string id;
    for (const std::string& notice : world.notices) {
        if (notice.compare(0, 9, "conflict ") == 0) id = notice.substr(9);
    }
    return id;
}

// The entries of conflicts in the history.
inline std::size_t entries(World& world) {
    const core::History& history = world.core().ledgers().history;
    std::size_t count = 0;
    for (std::size_t i = 0; i < history.size(); ++i)
        count += history[i].outcome == core::Outcome::none ? 0 : 1;
    return count;
}

}  // namespace cmagent::scenario
