#include "tests/simulation/shrink.h"

#include <algorithm>
#include <sstream>

#include "tests/simulation/world.h"

namespace cmagent::simulation {
namespace {

// What goes wrong, without the numbers and names in it: "plays without a session at CM".
std::string fault_of(const Plan& plan) {
    World world(plan);
    world.run();
    std::string kind;
    std::istringstream words(world.judge.failure());
    for (std::string word; words >> word;) {
        if (word.find_first_of("0123456789") == std::string::npos) kind += word + " ";
    }
    return kind;
}

Plan without(const Plan& plan, std::size_t from, std::size_t count) {
    Plan less = plan;
    const auto first = less.incidents.begin() + static_cast<std::ptrdiff_t>(from);
    const auto last = less.incidents.begin() +
                      static_cast<std::ptrdiff_t>(std::min(from + count, plan.incidents.size()));
    less.incidents.erase(first, last);
    return less;
}

}  // namespace

// Leaves out halves, quarters, … until no single incident can be spared (delta debugging, Zeller
// 1999).
Plan shrunk(Plan plan) {
    const std::string fault = fault_of(plan);
    for (std::size_t size = plan.incidents.size() / 2; size > 0; size /= 2) {
        for (std::size_t from = 0; from < plan.incidents.size();) {
            Plan less = without(plan, from, size);
            if (fault_of(less) == fault) {
                plan = std::move(less);
            } else {
                from += size;
            }
        }
    }
    return plan;
}

}  // namespace cmagent::simulation
