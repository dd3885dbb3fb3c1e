#include "agent/cm/date_time.h"

#include "agent/base/characters.h"
#include "agent/base/civil.h"
#include "agent/base/decimal.h"

namespace cmagent::cm {
namespace {

constexpr std::int64_t kMillisecondsPerDay = 86'400'000;

enum CivilField { kYear, kMonth, kDay, kHour, kMinute, kSecond, kMillisecond, kFields };

// A moment of the calendar. In a leap second kSecond is 60.
struct Civil {
    std::int32_t field[kFields] = {};

    constexpr std::int32_t& operator[](std::size_t number) { return field[number]; }
    constexpr std::int32_t operator[](std::size_t number) const { return field[number]; }
};

// In a form each of these letters stands for a digit of a field. kNoField for all else.
constexpr std::size_t kNoField = std::string_view::npos;
std::size_t field_of(char letter) {
    return std::string_view("yndhmsf", kFields).find(letter);
}

std::optional<std::int64_t> to_milliseconds(const Civil& t) {
    if (t[kMonth] < 1 || t[kMonth] > 12) return std::nullopt;
    const std::int32_t day = days_from_civil(t[kYear], t[kMonth], t[kDay]);
    const bool valid = t[kDay] >= 1 && day < days_from_civil(t[kYear], t[kMonth] + 1, 1) &&
                       t[kHour] <= 23 && t[kMinute] <= 59 && t[kSecond] <= 60;
    if (!valid) return std::nullopt;
    const std::int32_t seconds = (t[kHour] * 60 + t[kMinute]) * 60 + t[kSecond];
    return day * kMillisecondsPerDay + std::int64_t{seconds} * 1000;
}

bool take_digit(char c, std::int32_t& into) {
    into = into * 10 + (c - '0');
    return is_digit(c);
}

// Takes a date of this form from the front of `text`.
bool take(std::string_view& text, std::string_view form, Civil& into) {
    for (const char expected : form) {
        if (text.empty()) return false;
        const char c = text.front();
        text.remove_prefix(1);
        const std::size_t field = field_of(expected);
        const bool fits = field == kNoField ? c == expected : take_digit(c, into[field]);
        if (!fits) return false;
    }
    return true;
}

// Takes a fraction of a second, if there is one; what is below a millisecond is cut off.
std::int32_t take_fraction(std::string_view& text) {
    std::int32_t milliseconds = 0;
    if (slice(text, 0, 1) != ".") return 0;
    for (std::int32_t unit = 100;; unit /= 10) {
        text.remove_prefix(1);
        if (text.empty() || !is_digit(text.front())) return milliseconds;
        milliseconds += (text.front() - '0') * unit;
    }
}

// The minutes by which local time is ahead of UTC.
std::optional<std::int32_t> read_offset(std::string_view text) {
    if (text == "Z") return 0;
    for (const std::string_view form : {"+hh:mm", "-hh:mm"}) {
        std::string_view rest = text;
        Civil offset;
        if (!take(rest, form, offset) || !rest.empty()) continue;
        return (offset[kHour] * 60 + offset[kMinute]) * (form.front() == '+' ? 1 : -1);
    }
    return std::nullopt;
}

// What a word means by its first three letters: the number of a month, kUtc, or 0.
constexpr std::int32_t kUtc = 13;
std::int32_t meaning_of(std::string_view word) {
    constexpr std::string_view kWords = "janfebmaraprmayjunjulaugsepoctnovdecgmtutc";
    if (word.size() < 3) return 0;
    const char letters[] = {to_lower(word[0]), to_lower(word[1]), to_lower(word[2])};
    const std::size_t at = kWords.find({letters, sizeof letters});
    return at < kWords.size() && at % 3 == 0 ? static_cast<std::int32_t>(at / 3 + 1) : 0;
}

// A date, word by word.
class HttpDate {
  public:
    // `before`: what stands in front of the word. False where it cannot be one of a date.
    bool add(char before, std::string_view word) {
        if (is_letter(word.front())) return add_name(word);
        if (word.size() == 8) {
            timed_ = true;
            return take(word, "hh:mm:ss", civil_);
        }
        const auto number = read_size(word, 10, kMaxNumber);
        if (!number || *number > kMaxNumber) return false;
        const auto value = static_cast<std::int32_t>(*number);
        if (before == '+' || (before == '-' && timed_))
            return add_offset(before, word.size(), value);
        if (word.size() <= 2 && civil_[kDay] == 0) {
            civil_[kDay] = value;
            return true;
        }
        return add_year(word.size(), value);
    }

    [[nodiscard]] std::optional<std::int64_t> moment() const {
        const auto time = to_milliseconds(civil_);
        if (!timed_ || !dated_ || !time) return std::nullopt;
        return *time - std::int64_t{offset_} * 60'000;
    }

  private:
    static constexpr std::size_t kMaxNumber = 9'999;

    // Any word may be the weekday's, as long as it cannot be a zone's.
    bool add_name(std::string_view word) {
        const std::int32_t meaning = meaning_of(word);
        if (timed_) return meaning >= kUtc;
        const bool again = meaning != 0 && civil_[kMonth] != 0;
        civil_[kMonth] += meaning;
        return !again;
    }
    bool add_offset(char sign, std::size_t digits, std::int32_t value) {
        const std::int32_t minutes = value / 100 * 60 + value % 100;
        offset_ = sign == '+' ? minutes : -minutes;
        return digits == 4;
    }
    bool add_year(std::size_t digits, std::int32_t value) {
        if (dated_ || (digits != 2 && digits != 4)) return false;
        dated_ = true;
        civil_[kYear] = value;
        if (digits == 2) civil_[kYear] += value < 70 ? 2000 : 1900;
        return true;
    }

    Civil civil_;
    bool dated_ = false;
    bool timed_ = false;
    std::int32_t offset_ = 0;  // of local time, in minutes
};

}  // namespace

std::optional<std::int64_t> read_rfc3339(std::string_view text) {
    Civil local;
    if (!take(text, "yyyy-nn-ddThh:mm:ss", local)) return std::nullopt;
    const std::int32_t fraction = take_fraction(text);
    const auto offset = read_offset(text);
    const auto time = to_milliseconds(local);
    if (!offset || !time) return std::nullopt;
    return *time + fraction - std::int64_t{*offset} * 60'000;
}

std::optional<std::int64_t> read_http_date(std::string_view text) {
    HttpDate date;
    char before = ' ';
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = rest.find_first_of(" \t,+-");
        const std::string_view word = slice(rest, 0, end);
        if (!word.empty() && !date.add(before, word)) return read_rfc3339(text);
        before = end < rest.size() ? rest[end] : ' ';
        rest = slice(rest, end == std::string_view::npos ? end : end + 1);
    }
    return date.moment();
}

Rfc3339 write_rfc3339(std::int64_t milliseconds) {
    constexpr std::int32_t kFirst = days_from_civil(0, 1, 1);
    constexpr std::int32_t kEnd = days_from_civil(10'000, 1, 1);
    Rfc3339 text;
    if (milliseconds < kFirst * kMillisecondsPerDay || milliseconds >= kEnd * kMillisecondsPerDay) {
        return text;
    }
    const std::int64_t since_first = milliseconds - kFirst * kMillisecondsPerDay;
    const auto days = static_cast<std::int32_t>(since_first / kMillisecondsPerDay);
    auto of_day = static_cast<std::int32_t>(since_first - days * kMillisecondsPerDay);

    const std::int32_t day = days + kFirst;
    Civil t;
    t[kYear] = days / 366;  // too early by 27 years at most
    while (days_from_civil(t[kYear] + 1, 1, 1) <= day) ++t[kYear];
    t[kMonth] = 1;
    while (days_from_civil(t[kYear], t[kMonth] + 1, 1) <= day) ++t[kMonth];
    t[kDay] = day - days_from_civil(t[kYear], t[kMonth], 1) + 1;
    t[kMillisecond] = of_day % 1000;
    of_day /= 1000;
    t[kSecond] = of_day % 60;
    t[kMinute] = of_day / 60 % 60;
    t[kHour] = of_day / 3600;

    char bytes[] = "yyyy-nn-ddThh:mm:ss.fffZ";
    for (std::size_t i = Rfc3339::capacity(); i-- > 0;) {
        const std::size_t field = field_of(bytes[i]);
        if (field == kNoField) continue;
        bytes[i] = static_cast<char>('0' + t[field] % 10);
        t[field] /= 10;
    }
    (void)text.assign({bytes, Rfc3339::capacity()});
    return text;
}

}  // namespace cmagent::cm
