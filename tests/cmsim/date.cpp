#include "tests/cmsim/date.h"

#include <array>
#include <cstdio>

namespace cmagent::cmsim {
namespace {

struct Moment {
    int year, month, day, hour, minute, second, millis, weekday;  // weekday 0 is a Sunday
};

constexpr Millis kDay = 86'400'000;

constexpr bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

constexpr int days_in(int month, int year) {
    constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

// Times before 1970 count as 1970.
Moment moment(Millis time) {
    if (time < 0) time = 0;
    auto day = static_cast<int>(time / kDay);
    const auto of_day = static_cast<int>(time % kDay);
    Moment result{1970,
                  1,
                  0,
                  of_day / 3'600'000,
                  of_day / 60'000 % 60,
                  of_day / 1000 % 60,
                  of_day % 1000,
                  (day + 4) % 7};
    for (; day >= (is_leap(result.year) ? 366 : 365); ++result.year) {
        day -= is_leap(result.year) ? 366 : 365;
    }
    for (; day >= days_in(result.month, result.year); ++result.month) {
        day -= days_in(result.month, result.year);
    }
    result.day = day + 1;
    return result;
}

template <typename... Values>
std::string print(const char* format, Values... values) {
    char text[128];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

}  // namespace

std::string http_date(Millis time) {
    static constexpr const char* kWeekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Moment m = moment(time);
    return print("%s, %02d %s %04d %02d:%02d:%02d GMT", kWeekdays[m.weekday], m.day,
                 kMonths[m.month - 1], m.year, m.hour, m.minute, m.second);
}

std::string rfc3339(Millis time) {
    const Moment m = moment(time);
    return print("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", m.year, m.month, m.day, m.hour, m.minute,
                 m.second, m.millis);
}

std::string x509_time(Millis time) {
    const Moment m = moment(time);
    return print("%04d%02d%02d%02d%02d%02d", m.year, m.month, m.day, m.hour, m.minute, m.second);
}

}  // namespace cmagent::cmsim
