#pragma once
#include <cstddef>
#include <cstdint>

namespace cmagent::ui {

// A counter of a part of the daemon that the local API does not know, for GET /metrics.
struct DaemonCounter {
    const char* name;  // without "cmagent_"
    const char* help;
    const std::uint64_t* value;  // read whenever the metrics are asked for
};

struct DaemonCounters {
    const DaemonCounter* data = nullptr;
    std::size_t size = 0;
    [[nodiscard]] const DaemonCounter* begin() const { return data; }
    [[nodiscard]] const DaemonCounter* end() const { return data + size; }
};

}  // namespace cmagent::ui
