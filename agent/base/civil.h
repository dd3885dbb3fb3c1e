#pragma once
#include <cstdint>

namespace cmagent {

// Days since 1970-01-01 in the proleptic Gregorian calendar, for years from 0; a month of 13 is the
// next January. The year is taken to begin in March, so that the leap day is its last, and counted
// from -400, so that none is negative.
[[nodiscard]] constexpr std::int32_t days_from_civil(std::int32_t year, std::int32_t month,
                                                     std::int32_t day) {
    constexpr std::int32_t kDaysTo1970 = 865'565;
    const std::int32_t y = year + 400 - (month <= 2 ? 1 : 0);
    const std::int32_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - kDaysTo1970;
}
static_assert(days_from_civil(1970, 1, 1) == 0);
static_assert(days_from_civil(2000, 2, 29) == 11'016);
static_assert(days_from_civil(1999, 13, 1) == days_from_civil(2000, 1, 1));

}  // namespace cmagent
