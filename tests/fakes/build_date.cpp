// The build date in programs without platform/linux: a day in November 2023, before any FakeClock.
#include "platform/api/clock.h"

namespace cmagent::platform {

std::int64_t build_date_ms() {
    return 1'700'000'000'000;
}

}  // namespace cmagent::platform
