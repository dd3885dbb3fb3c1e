#pragma once
// The smallest parts of a JSON text: where a string, a number, a word, white space ends. Private to
// parse.cpp.

#include <string_view>

#include "agent/json/read.h"

namespace cmagent::json {

// The end of the part; on an error, the byte that is wrong.
struct Scanned {
    const char* at;
    Error error;
};

// From behind the opening quote up to the closing one, which is not taken.
[[nodiscard]] Scanned scan_string(const char* at, const char* end);
// A number, or nothing that could begin a value.
[[nodiscard]] Scanned scan_number(const char* at, const char* end);
[[nodiscard]] Scanned scan_word(const char* at, const char* end, std::string_view word);
[[nodiscard]] const char* skip_white(const char* at, const char* end);

}  // namespace cmagent::json
