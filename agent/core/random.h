#pragma once
#include <cstdint>

#include "agent/base/time.h"

namespace cmagent::core {

// Chance for jitter, and for versions that must not collide. SplitMix64 (Steele, Lea, Flood 2014): one
// word of state, any seed will do, and a simulation with the same seed runs the same. Who sees a
// number of it knows all others: what must not be guessed is made by Ids.
class Random {
  public:
    constexpr explicit Random(std::uint64_t seed = 0) : state_(seed) {}

    [[nodiscard]] std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

    // Even over [0, limit]; 0 where the limit is not positive. The bias of the remainder is below
    // 1e-9 for every limit that is a time here.
    [[nodiscard]] Millis up_to(Millis limit) {
        if (limit <= 0) return 0;
        return static_cast<Millis>(next() % (static_cast<std::uint64_t>(limit) + 1));
    }

  private:
    std::uint64_t state_;
};

}  // namespace cmagent::core
