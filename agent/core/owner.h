#pragma once
#include <cstdint>

namespace cmagent::core {

// Who has started a session (contract.md, "Owner"): the first 128 bits of the SHA-256 of his
// `clientKey`. The key itself is kept nowhere. All zero: nobody who has given a key.
struct Owner {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    [[nodiscard]] constexpr explicit operator bool() const { return (high | low) != 0; }
};

// In constant time: how much of a digest was guessed shows in no answer.
[[nodiscard]] constexpr bool operator==(const Owner& a, const Owner& b) {
    return ((a.high ^ b.high) | (a.low ^ b.low)) == 0;
}
[[nodiscard]] constexpr bool operator!=(const Owner& a, const Owner& b) {
    return !(a == b);
}

}  // namespace cmagent::core
