#pragma once
#include <string_view>

#include "agent/base/text.h"

namespace cmagent::platform {

// The text of a file, or the system's words for the reason why it cannot be read.
struct FileText {
    std::string_view text;          // a view of the caller's buffer
    const char* problem = nullptr;  // null: none. Static storage, until the next call
};

// Reads the file, but no more than fits into the buffer: to see that a file is longer than it may
// be, give a byte more than that. Blocks: on a pipe for a second without a byte at most.
[[nodiscard]] FileText read_file(const char* name, Buffer into);

// Whether the mode of the file lets any user of the box read it, or write to it.
[[nodiscard]] bool is_open_to_others(const char* name);

}  // namespace cmagent::platform
