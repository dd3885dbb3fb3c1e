#include "agent/cm/date_time.h"

#include "agent/cm/characters.h"

namespace cmagent::cm {
namespace {

constexpr std::int64_t kMillisecondsPerSecond = 1000;
constexpr std::int64_t kMillisecondsPerDay = 86'400 * kMillisecondsPerSecond;

struct Civil {
    std::int64_t year = 0;
    std::uint32_t month = 0;  // 1 to 12
    std::uint32_t day = 0;
    std::uint32_t hour = 0;
    std::uint32_t minute = 0;
    std::uint32_t second = 0;  // 60 in a leap second
};

// Days since 1970-01-01 in the proleptic Gregorian calendar. The year is taken to begin in March,
// so that the leap day is its last; an era is the 400 years after which the calendar repeats.
constexpr std::int64_t kDaysPerEra = 146'097;
constexpr std::int64_t kDaysTo1970 = 719'468;  // from 0000-03-01

constexpr std::int64_t days_from_civil(std::int64_t year, std::uint32_t month, std::uint32_t day) {
    const std::int64_t y = month <= 2 ? year - 1 : year;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const std::int64_t year_of_era = y - era * 400;
    const std::int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * kDaysPerEra + day_of_era - kDaysTo1970;
}
static_assert(days_from_civil(1970, 1, 1) == 0);
static_assert(days_from_civil(2000, 2, 29) == 11'016);

// The reverse.
constexpr Civil civil_from_days(std::int64_t days) {
    const std::int64_t since = days + kDaysTo1970;
    const std::int64_t era = (since >= 0 ? since : since - kDaysPerEra + 1) / kDaysPerEra;
    const std::int64_t day_of_era = since - era * kDaysPerEra;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
    Civil date;
    date.day = static_cast<std::uint32_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    date.month = static_cast<std::uint32_t>((month_from_march + 2) % 12 + 1);
    date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
    return date;
}

constexpr bool is_leap(std::int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr std::uint32_t days_in(std::int64_t year, std::uint32_t month) {
    if (month == 2) return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::optional<std::int64_t> to_milliseconds(const Civil& t) {
    if (t.month < 1 || t.month > 12 || t.day < 1 || t.day > days_in(t.year, t.month)) return {};
    if (t.hour > 23 || t.minute > 59 || t.second > 60) return {};
    const std::int64_t seconds = (t.hour * 60LL + t.minute) * 60 + t.second;
    return days_from_civil(t.year, t.month, t.day) * kMillisecondsPerDay +
           seconds * kMillisecondsPerSecond;
}

// Reads a text from its front; each member says whether it found what it was asked for.
class Scan {
  public:
    explicit Scan(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool literal(std::string_view expected) {
        if (slice(rest_, 0, expected.size()) != expected) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }
    [[nodiscard]] bool one_of(std::string_view characters, char& found) {
        if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
        found = rest_.front();
        rest_.remove_prefix(1);
        return true;
    }
    [[nodiscard]] bool number(std::size_t digits, std::uint32_t& into) {
        const auto read = read_decimal(slice(rest_, 0, digits), UINT32_MAX);
        if (rest_.size() < digits || !read) return false;
        into = *read;
        rest_.remove_prefix(digits);
        return true;
    }
    // asctime writes the day 6 as " 6".
    [[nodiscard]] bool padded_day(std::uint32_t& into) {
        return literal(" ") ? number(1, into) : number(2, into);
    }
    [[nodiscard]] bool month(std::uint32_t& into) {
        constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
        const std::size_t at = kMonths.find(slice(rest_, 0, 3));
        if (rest_.size() < 3 || at == std::string_view::npos || at % 3 != 0) return false;
        into = static_cast<std::uint32_t>(at / 3 + 1);
        rest_.remove_prefix(3);
        return true;
    }
    [[nodiscard]] bool time_of_day(Civil& into) {
        return number(2, into.hour) && literal(":") && number(2, into.minute) && literal(":") &&
               number(2, into.second);
    }
    void letters() {
        while (!rest_.empty() && is_letter(rest_.front())) rest_.remove_prefix(1);
    }
    [[nodiscard]] std::string_view digits() {
        std::size_t size = 0;
        while (size < rest_.size() && is_digit(rest_[size])) ++size;
        const std::string_view found = slice(rest_, 0, size);
        rest_.remove_prefix(size);
        return found;
    }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

  private:
    std::string_view rest_;
};

// The one of the three forms after "Sun, " that `separator` tells: "06 Nov 1994" or "06-Nov-94".
bool dated(Scan& scan, std::string_view separator, std::size_t year_digits, Civil& into) {
    std::uint32_t year = 0;
    const bool read = scan.number(2, into.day) && scan.literal(separator) &&
                      scan.month(into.month) && scan.literal(separator) &&
                      scan.number(year_digits, year) && scan.literal(" ") &&
                      scan.time_of_day(into) && scan.literal(" GMT") && scan.at_end();
    into.year = year_digits == 4 ? year : year + (year < 70 ? 2000 : 1900);
    return read;
}

bool asctime_dated(Scan& scan, Civil& into) {
    std::uint32_t year = 0;
    const bool read = scan.month(into.month) && scan.literal(" ") && scan.padded_day(into.day) &&
                      scan.literal(" ") && scan.time_of_day(into) && scan.literal(" ") &&
                      scan.number(4, year) && scan.at_end();
    into.year = year;
    return read;
}

// The digits behind the point of a second, as milliseconds.
std::optional<std::int64_t> read_fraction(Scan& scan) {
    if (!scan.literal(".")) return 0;
    const std::string_view digits = scan.digits();
    if (digits.empty()) return std::nullopt;
    std::int64_t milliseconds = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        milliseconds = milliseconds * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    }
    return milliseconds;
}

// `Z` or how far the local time is ahead of UTC, in milliseconds.
std::optional<std::int64_t> read_offset(Scan& scan) {
    char sign = 0;
    if (scan.one_of("Zz", sign)) return 0;
    std::uint32_t hours = 0;
    std::uint32_t minutes = 0;
    const bool read = scan.one_of("+-", sign) && scan.number(2, hours) && scan.literal(":") &&
                      scan.number(2, minutes);
    if (!read || hours > 23 || minutes > 59) return std::nullopt;
    const std::int64_t ahead = (hours * 60LL + minutes) * 60 * kMillisecondsPerSecond;
    return sign == '+' ? ahead : -ahead;
}

// Writes `number` with `width` digits and returns what follows them.
char* put(char* at, std::int64_t number, std::size_t width) {
    for (std::size_t i = width; i-- > 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
    return at + width;
}

}  // namespace

std::optional<std::int64_t> read_http_date(std::string_view text) {
    Scan scan(text);
    scan.letters();
    Civil date;
    bool read = false;
    if (scan.literal(", ")) {
        Scan rfc850 = scan;
        read = dated(scan, " ", 4, date) || dated(rfc850, "-", 2, date);
    } else {
        read = scan.literal(" ") && asctime_dated(scan, date);
    }
    return read ? to_milliseconds(date) : std::nullopt;
}

std::optional<std::int64_t> read_rfc3339(std::string_view text) {
    Scan scan(text);
    Civil time;
    std::uint32_t year = 0;
    char separator = 0;
    const bool read = scan.number(4, year) && scan.literal("-") && scan.number(2, time.month) &&
                      scan.literal("-") && scan.number(2, time.day) &&
                      scan.one_of("Tt ", separator) && scan.time_of_day(time);
    if (!read) return std::nullopt;
    time.year = year;
    const auto fraction = read_fraction(scan);
    const auto ahead = read_offset(scan);
    const auto whole = to_milliseconds(time);
    if (!fraction || !ahead || !whole || !scan.at_end()) return std::nullopt;
    return *whole + *fraction - *ahead;
}

Rfc3339 write_rfc3339(std::int64_t milliseconds) {
    Rfc3339 text;
    constexpr std::int64_t kFirst = days_from_civil(0, 1, 1) * kMillisecondsPerDay;
    constexpr std::int64_t kEnd = days_from_civil(10'000, 1, 1) * kMillisecondsPerDay;
    if (milliseconds < kFirst || milliseconds >= kEnd) return text;

    const std::int64_t since_first = milliseconds - kFirst;
    const Civil date =
        civil_from_days(since_first / kMillisecondsPerDay + days_from_civil(0, 1, 1));
    const std::int64_t of_day = since_first % kMillisecondsPerDay;
    char bytes[Rfc3339::capacity()];
    char* at = put(bytes, date.year, 4);
    *at++ = '-';
    at = put(at, date.month, 2);
    *at++ = '-';
    at = put(at, date.day, 2);
    *at++ = 'T';
    at = put(at, of_day / 3'600'000, 2);
    *at++ = ':';
    at = put(at, of_day / 60'000 % 60, 2);
    *at++ = ':';
    at = put(at, of_day / 1000 % 60, 2);
    *at++ = '.';
    at = put(at, of_day % 1000, 3);
    *at++ = 'Z';
    (void)text.assign({bytes, sizeof bytes});
    return text;
}

}  // namespace cmagent::cm
