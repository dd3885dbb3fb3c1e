#pragma once
#include <cstddef>

namespace cmagent::platform {

// Fills `into` with unpredictable bytes. Called at start only; may wait for the kernel's generator,
// at most as long as the kernel does. False: the box has none, and the agent must not start.
[[nodiscard]] bool entropy(void* into, std::size_t size);

}  // namespace cmagent::platform
