#pragma once
#include <cstddef>
#include <cstdint>

namespace cmagent::core {

// Names one request to CM: a running number and, in the low byte, the slot of the asker.
// The sessions have the first slots, in the order of their records, the queries those behind them,
// then come the looks, and the question whether CM knows an application.
using ExchangeId = std::uint32_t;

[[nodiscard]] constexpr ExchangeId exchange_id(std::uint32_t number, std::size_t slot) {
    return number << 8 | static_cast<ExchangeId>(slot);
}
[[nodiscard]] constexpr std::size_t slot_of(ExchangeId exchange) {
    return exchange & 0xff;
}

}  // namespace cmagent::core
