#pragma once
#include "platform/api/stream.h"
#include "tests/contract/shapes/shape.h"

namespace cmagent::contract::shapes {

// The fault by which the agent refuses the chain at the host, or StreamFault::none. `words`: what is
// said of it in the log.
[[nodiscard]] platform::StreamFault verdict(const Chain& chain, std::string& words);

}  // namespace cmagent::contract::shapes
