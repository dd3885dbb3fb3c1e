#pragma once
#include "agent/base/text_writer.h"
#include "agent/json/string.h"

namespace cmagent::json {

// Writes a text of somebody else as one line for a reader: control characters, line breaks and
// needless blanks become one blank between two words, and nothing at the ends. Hidden characters
// (utf8.h) are left out.
void write_one_line(TextWriter& out, const String& text);

// A name that somebody else has given, as plain text: without control and hidden characters. False,
// and nothing in `out`, where it does not fit.
[[nodiscard]] bool read_name(const String& text, AnyText out);

}  // namespace cmagent::json
