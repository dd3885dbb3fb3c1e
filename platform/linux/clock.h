#pragma once
#include "platform/api/clock.h"

namespace cmagent::platform {

class LinuxClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t boot_ms() override;
    [[nodiscard]] std::int64_t wall_ms() override;
};

}  // namespace cmagent::platform
