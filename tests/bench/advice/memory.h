#pragma once
#include <cstddef>
#include <functional>

namespace cmagent::bench {

struct Memory {
    std::size_t allocations = 0;
    std::size_t heap = 0;   // the most bytes at a time
    std::size_t stack = 0;  // bytes below the frame of the caller
};

// What `work` takes, once it has run before. Heap is counted in bench_advice_memory only, whose
// malloc counts.
Memory memory_of(const std::function<void()>& work);

// Of the malloc that counts.
struct Heap {
    std::size_t allocations = 0;
    std::size_t now = 0;
    std::size_t most = 0;
};
extern Heap g_heap;

}  // namespace cmagent::bench
