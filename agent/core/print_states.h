#pragma once
#include "agent/base/text.h"

namespace cmagent::core {

// The three life cycles as Mermaid state diagrams, for `cmagentd --print-states` and the README.
// Returns the size of the text, 0 when it does not fit; 16 KiB are enough.
[[nodiscard]] std::size_t print_states(Buffer into);

}  // namespace cmagent::core
