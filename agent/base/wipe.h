#pragma once
#include <cstddef>
#include <cstring>

namespace cmagent {

// Overwrites a secret that is no longer needed with zeros. The compiler, which sees that nobody
// reads the bytes afterwards, must not leave that out.
inline void wipe(void* bytes, std::size_t size) {
    std::memset(bytes, 0, size);
    __asm__ __volatile__("" : : "r"(bytes) : "memory");
}

}  // namespace cmagent
