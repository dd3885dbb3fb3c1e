#include "platform/linux/clock.h"

#include <ctime>

namespace cmagent::platform {
namespace {

std::int64_t read_ms(clockid_t which) {
    timespec now = {};
    clock_gettime(which, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

std::int64_t LinuxClock::boot_ms() {
    return read_ms(CLOCK_BOOTTIME);
}
std::int64_t LinuxClock::wall_ms() {
    return read_ms(CLOCK_REALTIME);
}

std::int64_t build_date_ms() {
    return std::int64_t{CMAGENT_BUILD_EPOCH} * 1000;
}

}  // namespace cmagent::platform
