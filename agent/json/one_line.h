#pragma once
#include "agent/base/text_writer.h"
#include "agent/json/string.h"

namespace cmagent::json {

// Writes a text of somebody else as one line for a reader: control characters, line breaks and
// needless blanks become one blank between two words, and nothing at the ends.
void write_one_line(TextWriter& out, const String& text);

}  // namespace cmagent::json
