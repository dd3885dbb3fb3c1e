#pragma once
#include <cstddef>
#include <cstring>

#include "agent/base/span.h"

namespace cmagent {

// Overwrites a secret that is no longer needed with zeros. The compiler, which sees that nobody
// reads the bytes afterwards, must not leave that out.
inline void wipe(void* bytes, std::size_t size) {
    std::memset(bytes, 0, size);
    __asm__ __volatile__("" : : "r"(bytes) : "memory");
}

// The same with what a shorter text, of `size` bytes, leaves of the one before it.
inline void wipe_rest(Buffer before, std::size_t size) {
    if (size < before.size) wipe(before.data + size, before.size - size);
}

// Wipes what calls that are over have left below the caller's frame, to this depth: locals, and the
// vector registers of a copy, which the loader saves there when it binds a function.
template <std::size_t kDepth>
[[gnu::noinline]] void wipe_stack() {
    char below[kDepth];
    wipe(below, sizeof below);
}

}  // namespace cmagent
