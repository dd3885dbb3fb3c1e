#pragma once
#include "tests/simulation/herd/herd.h"

namespace cmagent::herd {

// Both stories one above the other, as SVG. False where the file cannot be written.
[[nodiscard]] bool plot(const char* file, const Region& region, const Load& power_cut,
                        const Load& outage);

}  // namespace cmagent::herd
