#include "platform/linux/environment.h"

#include <cstdlib>

#include "agent/base/decimal.h"

namespace cmagent::platform {

std::int64_t environment_number(const char* name) {
    const char* const value = getenv(name);
    if (value == nullptr) return 0;
    return static_cast<std::int64_t>(read_decimal(value, INT64_MAX).value_or(0));
}

}  // namespace cmagent::platform
