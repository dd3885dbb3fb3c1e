#pragma once
#include <cstddef>

namespace cmagent {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;
// The smallest page of the boxes: a structure of which a part is never used begins and ends with one.
inline constexpr std::size_t kPage = 4 * kKiB;

}  // namespace cmagent
