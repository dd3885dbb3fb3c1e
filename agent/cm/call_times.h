#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/time.h"

namespace cmagent::cm {

// How long calls of one kind took from the first byte of their request to the last of their answer,
// for the metrics; one without an answer took no time.
struct CallTimes {
    // Half a power of ten each: what nobody notices, a viewer who waits, cm.requestTimeoutMs as a rule.
    static constexpr Millis kBounds[] = {100, 300, 1'000, 3'000, 10'000};
    static constexpr std::size_t kBuckets = sizeof kBounds / sizeof *kBounds + 1;

    // Up to the bound, and beyond the one before; the last: longer.
    std::uint32_t counts[kBuckets] = {};
    std::uint64_t sum_ms = 0;

    void note(Millis took) {
        std::size_t bucket = 0;
        while (bucket + 1 < kBuckets && took > kBounds[bucket]) ++bucket;
        ++counts[bucket];
        sum_ms += static_cast<std::uint64_t>(took);
    }
};

}  // namespace cmagent::cm
