#include "tests/cmsim/identity.h"

#include <cstddef>

namespace cmagent::cmsim {
namespace {

// Odd, so multiplication by it can be undone modulo 2^64.
constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15u;

constexpr std::uint64_t inverse(std::uint64_t odd) {
    std::uint64_t result = odd;  // right in the lowest 3 bits; each step of Newton's doubles them
    for (int step = 0; step < 5; ++step) result *= 2 - odd * result;
    return result;
}
static_assert(kOdd * inverse(kOdd) == 1);

// x ^ (x >> 32) undoes itself.
constexpr std::uint64_t fold(std::uint64_t x) {
    return x ^ (x >> 32);
}
constexpr std::uint64_t mix(std::uint64_t x) {
    return fold(fold(fold(x) * kOdd) * kOdd);
}
constexpr std::uint64_t unmix(std::uint64_t x) {
    return fold(fold(fold(x) * inverse(kOdd)) * inverse(kOdd));
}

std::uint64_t key(std::uint64_t seed) {
    return mix(seed + kOdd);
}

constexpr std::string_view kDigits = "0123456789abcdef";

std::string hexadecimal(std::uint64_t number, unsigned digits) {
    std::string text;
    for (unsigned left = digits; left > 0; --left) {
        text.push_back(kDigits[(number >> (4 * (left - 1))) & 15u]);
    }
    return text;
}

}  // namespace

std::string session_id(std::uint64_t seed, std::uint64_t counter, std::int64_t started) {
    std::string id = hexadecimal(static_cast<std::uint64_t>(started), 16) +
                     hexadecimal(mix(counter ^ key(seed)), 16);
    for (const std::size_t dash : {20u, 16u, 12u, 8u}) id.insert(dash, 1, '-');
    return id;
}

bool is_session_id(std::string_view id, std::uint64_t seed, std::uint64_t made) {
    constexpr std::string_view kForm = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
    if (id.size() != kForm.size()) return false;
    std::uint64_t last_half = 0;
    for (std::size_t i = 0; i < id.size(); ++i) {
        if (kForm[i] == '-') {
            if (id[i] != '-') return false;
            continue;
        }
        const std::size_t digit = kDigits.find(id[i]);
        if (digit == std::string_view::npos) return false;
        last_half = (last_half << 4) | digit;  // the first half is shifted out
    }
    return (unmix(last_half) ^ key(seed)) < made;
}

std::string termination_code(std::uint64_t seed, std::uint64_t counter) {
    constexpr std::uint32_t kOdd32 = 0x9E3779B1u;
    auto code =
        static_cast<std::uint32_t>(counter) * kOdd32 + static_cast<std::uint32_t>(key(seed));
    code ^= code >> 16;
    code *= kOdd32;
    return hexadecimal(code, 8);
}

}  // namespace cmagent::cmsim
