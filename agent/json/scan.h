#pragma once
// The smallest parts of a JSON text: where a string, a number, a word, white space ends. Private to
// parse.cpp. A place in the text goes in, and a place comes out: one word, which every processor
// returns in a register (a struct of two goes through memory on 32-bit ARM).

#include <cstddef>

#include "agent/json/read.h"

namespace cmagent::json {

// What a text is refused for, and the byte that is wrong.
struct Fault {
    const char* at = nullptr;
    Error error = Error::none;
};

// Each takes a place before or at `end`, and returns that behind the part; null on a fault.

// From behind the opening quote up to the closing one, which is not taken.
[[nodiscard]] const char* scan_string(const char* at, const char* end, Fault& fault);
// A number, true, false or null; or nothing that could begin a value.
[[nodiscard]] const char* scan_primitive(const char* at, const char* end, Fault& fault);
[[nodiscard]] const char* skip_blanks(const char* at, const char* end);

// Bodies that nobody is meant to read have no white space: most often there is none.
[[nodiscard]] inline const char* skip_white(const char* at, const char* end) {
    return at < end && static_cast<unsigned char>(*at) <= ' ' ? skip_blanks(at, end) : at;
}

// The byte at `at`; zero, which no place accepts, at the end.
[[nodiscard]] inline char peek(const char* at, const char* end) {
    return at < end ? *at : '\0';
}

}  // namespace cmagent::json
