#pragma once
#include <cstdint>

namespace cmagent::platform {

// The decimal number that an environment variable holds; 0 where the variable is missing or holds
// no such number.
[[nodiscard]] std::int64_t environment_number(const char* name);

}  // namespace cmagent::platform
