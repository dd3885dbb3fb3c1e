#pragma once
#include <cstdint>

namespace cmagent::core {

// What the core is given at the start so that nobody foresees what it does: bytes of the kernel.
struct Entropy {
    std::uint64_t jitter = 0;   // seeds Random
    std::uint64_t ids[2] = {};  // the key of Ids
};

// The ids of sessions and conflicts, and the references that CM shows to the whole household. Each is
// SipHash-2-4 (Aumasson, Bernstein 2012) of its number under a key of this run: who knows any of them
// knows nothing of the others, nor of when something is tried again. Another key gives other ids: they
// do not meet those of an earlier run.
class Ids {
  public:
    void begin(const std::uint64_t (&key)[2]) { key_[0] = key[0], key_[1] = key[1]; }
    [[nodiscard]] std::uint64_t next();

  private:
    std::uint64_t key_[2] = {};
    std::uint64_t drawn_ = 0;
};

}  // namespace cmagent::core
