#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/hex.h"
#include "agent/base/text.h"

namespace cmagent::core {

// The metadata name under which a start carries its own reference, so that it can be found again
// when its answer is lost (contract.md, "Outcome unknown").
inline constexpr std::string_view kReferenceName = "agentReference";

// 16 hexadecimal digits: ids of sessions and conflicts, and references.
[[nodiscard]] inline Text<16> name_for(std::uint64_t number) {
    char digits[16];
    TextWriter out(digits);
    write_hex(out, number, sizeof digits);
    Text<16> text;
    (void)text.assign(out.view());
    return text;
}

}  // namespace cmagent::core
