#pragma once
#include <cstdint>
#include <string_view>

namespace cmagent::platform {

// What stands under a name. Links are followed: one that leads nowhere is `other`.
enum class FileKind : std::uint8_t { missing, file, folder, other };
[[nodiscard]] FileKind kind_of_file(const char* name);

// Calls `each(name, context)` for every name in a folder but "." and "..", in no order. Null, or the
// system's words for the reason why it cannot be read: static storage, until the next call. Blocks,
// and takes heap meanwhile.
[[nodiscard]] const char* read_folder(const char* folder,
                                      void (*each)(std::string_view name, void* context),
                                      void* context);

}  // namespace cmagent::platform
