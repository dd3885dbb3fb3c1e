#pragma once
#include "tests/simulation/plan.h"

namespace cmagent::simulation {

// The same world with as few incidents as still make something go wrong.
[[nodiscard]] Plan shrunk(Plan plan);

}  // namespace cmagent::simulation
