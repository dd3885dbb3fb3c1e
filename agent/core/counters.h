#pragma once
#include <cstdint>

namespace cmagent::core {

// Since the start of the daemon: for the metrics.
struct Counters {
    // In the words of CM's usage reports (cm-api.md, "Money").
    std::uint32_t starts = 0;
    std::uint32_t zaps = 0;
    std::uint32_t failed_attempts = 0;
    std::uint32_t dismissed = 0;
    std::uint32_t killed = 0;
    std::uint32_t completed = 0;

    std::uint32_t lifetimes_missing = 0;  // 202 without usable Expires
    std::uint32_t silent_restarts = 0;
    std::uint32_t remote_terminations = 0;
    std::uint32_t conflicts = 0;
    std::uint32_t unconfirmed_stops = 0;
    std::uint32_t graces = 0;
    std::uint32_t outcomes_unknown = 0;
    std::uint32_t throttles = 0;
};

}  // namespace cmagent::core
