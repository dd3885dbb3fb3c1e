#pragma once
// Percent-encoding (RFC 3986 §2.1), the same in a path, in a query and in a form: all but the
// unreserved characters is written as %XX, a space as %20. Only readers of forms take '+' for a
// space, and %20 means it everywhere.

#include <cstddef>
#include <optional>
#include <string_view>

#include "agent/base/span.h"
#include "agent/base/text_writer.h"

namespace cmagent {

void write_percent_encoded(TextWriter& out, std::string_view text);
// Writes a byte as %XX, an unreserved one too.
void write_percent_escape(TextWriter& out, char byte);
// How many bytes write_percent_encoded() writes.
[[nodiscard]] std::size_t percent_encoded_size(std::string_view text);

// The text in plain, '+' as a space, as forms and URLSearchParams write it: a view of `into`. None
// where an escape is broken or the text does not fit.
[[nodiscard]] std::optional<std::string_view> read_percent_encoded(std::string_view encoded,
                                                                   Buffer into);

}  // namespace cmagent
