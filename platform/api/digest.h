#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cmagent::platform {

// SHA-256 (FIPS 180-4). Two texts have the same digest only where they are the same, also when
// somebody looks for another one; and no digest leads back to a text that was drawn at random.
struct Digest {
    static constexpr std::size_t kSize = 32;
    unsigned char bytes[kSize] = {};

    // Eight of the bytes, the first of them the highest.
    [[nodiscard]] constexpr std::uint64_t word(std::size_t index) const {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < sizeof word; ++i)
            word = word << 8 | bytes[index * sizeof word + i];
        return word;
    }
    [[nodiscard]] bool operator==(const Digest& other) const {
        return std::memcmp(bytes, other.bytes, kSize) == 0;
    }
};

// A plain function: it keeps nothing, never blocks and never fails. Not in constant time for texts of
// different lengths.
[[nodiscard]] Digest sha256(std::string_view text);

}  // namespace cmagent::platform
