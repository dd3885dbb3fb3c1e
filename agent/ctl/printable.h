#pragma once
// What is printed may come from anybody: from CM, or from a stranger at the daemon's address. A
// terminal obeys control characters, and shows other text in another order where it is told so.

#include <cstdio>
#include <string_view>

namespace cmagent::ctl {

// The text with `?` for each character that is not for a reader: control and hidden characters
// (agent/base/utf8.h), and bytes that are no UTF-8.
void print(std::FILE* out, std::string_view text);

// JSON text in one line: in its strings such characters become escapes, which mean the same to a
// program; outside of them only white space can be.
void print_json(std::FILE* out, std::string_view json);

}  // namespace cmagent::ctl
