#include "tests/scenario/allocation_trap.h"

#include <cstdlib>
#include <new>

using cmagent::scenario::AllocationTrap;

extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* old, std::size_t size);

void* __wrap_malloc(std::size_t size) {
    AllocationTrap::note();
    return __real_malloc(size);
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
    AllocationTrap::note();
    return __real_calloc(count, size);
}
void* __wrap_realloc(void* old, std::size_t size) {
    AllocationTrap::note();
    return __real_realloc(old, size);
}
}

void* operator new(std::size_t size) {
    void* memory = std::malloc(size);
    if (memory == nullptr) std::abort();
    return memory;
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
