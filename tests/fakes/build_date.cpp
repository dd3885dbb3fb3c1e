// For programs without platform/linux, where the build date is compiled in: a day that every FakeClock is after.
#include "platform/api/clock.h"

namespace cmagent::platform {

std::int64_t build_date_ms() {
    return 1'700'000'000'000;
}

}  // namespace cmagent::platform
