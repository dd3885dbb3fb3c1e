#pragma once
// A region's boxes, each with the core's own decisions about time and nothing else, against a CM
// that takes a limited number of calls a second and answers 503 beyond.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agent/core/pace.h"
#include "agent/core/settings.h"

namespace cmagent::herd {

// How the region's calls come in, by the second.
struct Load {
    std::vector<std::uint32_t> offered;
    std::vector<std::uint32_t> taken;
    Millis last_served = 0;     // when the last box had what it wanted, after the blow
    std::uint32_t stopped = 0;  // boxes whose grace was over before CM took them
};

struct Region {
    std::size_t boxes = 1'000'000;
    Millis lease = 60 * kSecond;
    double capacity = 2.0;  // of CM, in multiples of the steady state
    Millis grace = 180 * kSecond;

    // Between two heartbeats of a box.
    [[nodiscard]] Millis pace() const { return lease * Millis{core::kHeartbeatPercent} / 100; }
    // Calls a second while all play.
    [[nodiscard]] double steady() const {
        return static_cast<double>(boxes) * kSecond / static_cast<double>(pace());
    }
};

// Power comes back everywhere at once: each box ends its session of before, and starts one.
[[nodiscard]] Load after_power_cut(const Region& region, Millis length);

// All play; CM is gone for a while and comes back at once.
[[nodiscard]] Load after_outage(const Region& region, Millis outage, Millis length);

}  // namespace cmagent::herd
