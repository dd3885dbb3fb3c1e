#pragma once
#include <cstdint>
#include <string_view>

namespace cmagent::platform {

// What stands under a name. Links are followed: one that leads nowhere is `unreachable`, as is what
// may not be looked at.
enum class FileKind : std::uint8_t { missing, unreachable, file, folder, other };
[[nodiscard]] FileKind kind_of_file(const char* name);

// Calls `each(name, context)` for every name in a folder but "." and "..", in no order; a zero stands
// behind the name. `folder` counts from the folder `at`, which is a descriptor or AT_FDCWD. 0, or an
// errno: it cannot be read. Blocks, and takes heap meanwhile.
[[nodiscard]] int read_folder(int at, const char* folder,
                              void (*each)(std::string_view name, void* context), void* context);

}  // namespace cmagent::platform
