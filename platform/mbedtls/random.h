#pragma once
#include <cstddef>

namespace cmagent::platform {

// Random numbers in the form in which mbedTLS asks for them: straight from the kernel's generator
// (platform/api/entropy.h). A second generator on top of it would cost memory and add nothing.
// `nothing` is not used.
[[nodiscard]] int random_bytes(void* nothing, unsigned char* into, std::size_t size);

}  // namespace cmagent::platform
