#pragma once
// Times as CM and the local API write them. All are milliseconds since 1970, UTC. No system clock,
// no time zone and no C library is asked.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/base/text.h"

namespace cmagent::cm {

// RFC 9110 §5.6.7, all three forms (`Sun, 06 Nov 1994 08:49:37 GMT`, RFC 850, asctime), and what lies
// between them, as servers and their applications write it: words in that order or another, months
// in any case, days of one digit, years of two, RFC 5322's offsets, UTC for GMT or neither. RFC 3339,
// too. The weekday is skipped: samples of the service carry a wrong one (hazards.md 3). A year of two
// digits lies in 1970 to 2069, not near the year of the box's clock. None where the text is no date,
// or of a zone that only its name tells.
[[nodiscard]] std::optional<std::int64_t> read_http_date(std::string_view text);

// RFC 3339 §5.6: `2024-11-25T09:06:12.951Z`, with any number of digits behind the second, and with
// an offset in place of the Z. None where the text is no time.
[[nodiscard]] std::optional<std::int64_t> read_rfc3339(std::string_view text);

// `2024-11-25T09:06:12.951Z`. Empty where the year is not 0 to 9999.
using Rfc3339 = Text<24>;
[[nodiscard]] Rfc3339 write_rfc3339(std::int64_t milliseconds);

}  // namespace cmagent::cm
