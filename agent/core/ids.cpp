#include "agent/core/ids.h"

namespace cmagent::core {
namespace {

constexpr std::uint64_t rotate(std::uint64_t word, unsigned by) {
    return word << by | word >> (64 - by);
}

void mix(std::uint64_t (&v)[4], int rounds) {
    for (; rounds > 0; --rounds) {
        v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
        v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
        v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
        v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
    }
}

void absorb(std::uint64_t (&v)[4], std::uint64_t word) {
    v[3] ^= word;
    mix(v, 2);
    v[0] ^= word;
}

}  // namespace

std::uint64_t Ids::next() {
    std::uint64_t v[4] = {key_[0] ^ 0x736f6d6570736575U, key_[1] ^ 0x646f72616e646f6dU,
                          key_[0] ^ 0x6c7967656e657261U, key_[1] ^ 0x7465646279746573U};
    absorb(v, drawn_++);
    absorb(v, std::uint64_t{sizeof drawn_} << 56);  // the length, and no bytes beyond whole words
    v[2] ^= 0xff;
    mix(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

}  // namespace cmagent::core
