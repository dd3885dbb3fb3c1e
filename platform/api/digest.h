#pragma once
#include <cstddef>
#include <string_view>

namespace cmagent::platform {

// SHA-256 (FIPS 180-4). Two texts have the same digest only where they are the same, also when
// somebody looks for another one; and no digest leads back to a text that was drawn at random.
struct Digest {
    static constexpr std::size_t kSize = 32;
    unsigned char bytes[kSize] = {};
};

// A plain function: it keeps nothing, never blocks and never fails. Not in constant time for texts of
// different lengths.
[[nodiscard]] Digest sha256(std::string_view text);

}  // namespace cmagent::platform
