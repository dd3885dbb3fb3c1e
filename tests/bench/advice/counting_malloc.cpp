// Takes the place of the C library's malloc, and counts.

#include <malloc.h>

#include <algorithm>
#include <cstddef>

#include "tests/bench/advice/memory.h"

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);
}

namespace {

using cmagent::bench::g_heap;

void* counted(void* memory) {
    ++g_heap.allocations;
    g_heap.now += malloc_usable_size(memory);
    g_heap.most = std::max(g_heap.most, g_heap.now);
    return memory;
}
void discounted(void* memory) {
    g_heap.now -= malloc_usable_size(memory);
}

}  // namespace

extern "C" {
void* malloc(std::size_t size) {
    return counted(__libc_malloc(size));
}
void* calloc(std::size_t count, std::size_t size) {
    return counted(__libc_calloc(count, size));
}
void* realloc(void* memory, std::size_t size) {
    discounted(memory);
    return counted(__libc_realloc(memory, size));
}
void* memalign(std::size_t alignment, std::size_t size) {
    return counted(__libc_memalign(alignment, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return counted(__libc_memalign(alignment, size));
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
    *memory = counted(__libc_memalign(alignment, size));
    return 0;
}
void free(void* memory) {
    discounted(memory);
    __libc_free(memory);
}
}
