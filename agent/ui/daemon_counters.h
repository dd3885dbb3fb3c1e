#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/span.h"

namespace cmagent::ui {

// A counter of a part of the daemon that the local API does not know, for GET /metrics.
struct DaemonCounter {
    const char* name;  // without "cmagent_"
    const char* help;
    const std::uint64_t* value;  // read whenever the metrics are asked for
};

using DaemonCounters = Span<const DaemonCounter>;

}  // namespace cmagent::ui
