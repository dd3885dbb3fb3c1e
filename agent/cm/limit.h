#pragma once
// What a violated rule counts, and how many of it CM allows (contract.md, "Violation", `kind` and
// `line`).

#include <cstdint>
#include <string_view>

#include "agent/cm/advice.h"

namespace cmagent::cm {

// The distinct values of what are counted.
enum class Counted : std::uint8_t {
    nothing,  // or values of an attribute that a viewer has no word for
    streams,
    devices,
    channels,
    streams_of_channel,
    devices_of_channel,
};
[[nodiscard]] std::string_view name(Counted counted);  // stable

struct Limit {
    Counted counted = Counted::nothing;
    std::uint8_t number = 0;  // two of CM's statements agree on it; 0: no two do
    bool complete = false;    // exactly `number` values are listed
    bool of_channel = false;  // of each channel by itself
};

// Of a rule violation. A rule that counts nothing, or allows none at all, is not about how many are
// watching.
[[nodiscard]] Limit limit_of(const Advice& violation);

}  // namespace cmagent::cm
