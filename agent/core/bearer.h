#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/core/party.h"
#include "agent/core/stream_request.h"

namespace cmagent::core {

inline constexpr std::size_t kMaxToken = 256;  // more than any library makes

// The bearer of a token, and what the token is for (contract.md, "Tokens"). Of the token the first
// 128 bits of its SHA-256 are kept, and nothing else. Without initialisers: a table of them lies in
// memory that is not touched before it is needed.
struct Bearer {
    std::uint64_t high;
    std::uint64_t low;
    std::uint8_t applications;  // a bit each, by their index in Settings
    std::uint8_t players;       // likewise

    [[nodiscard]] constexpr Party party() const { return Party::of_token(high); }
    [[nodiscard]] bool may_watch(const StreamRequest& stream) const {
        return (applications >> stream.application & players >> stream.player & 1) != 0;
    }
};

}  // namespace cmagent::core
