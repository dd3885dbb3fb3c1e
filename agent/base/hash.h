#pragma once
#include <cstdint>
#include <string_view>

namespace cmagent {

// FNV-1a of 64 bits (draft-eastlake-fnv, "FNV-1a"): tells values apart. No defence against
// an attacker, who can make two values with the same hash.
class Fnv1a {
  public:
    constexpr void add(std::uint64_t number) { hash_ = (hash_ ^ number) * 0x100000001b3; }
    constexpr void add(std::string_view bytes) {
        for (const char c : bytes) add(static_cast<unsigned char>(c));
    }
    [[nodiscard]] constexpr std::uint64_t value() const { return hash_; }

  private:
    std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace cmagent
