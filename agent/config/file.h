#pragma once
#include <string_view>

#include "agent/base/text.h"

namespace cmagent::config {

// Reads the whole file, but no more than fits; `text` is a view of `into`. False, with errno set, where it cannot be read. To
// see that a file is longer than it may be, give a byte more than that. Blocks.
[[nodiscard]] bool read_file(const char* name, Buffer into, std::string_view& text);

}  // namespace cmagent::config
