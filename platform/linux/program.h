#pragma once

namespace cmagent::platform {

// Why this process cannot run the program of this name, a path or one that is looked for in PATH, as
// execvp(3) does it; null: it can. Static storage, until the next call.
[[nodiscard]] const char* program_fault(const char* name);

}  // namespace cmagent::platform
