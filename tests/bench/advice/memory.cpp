#include "tests/bench/advice/memory.h"

#include <pthread.h>

#include <algorithm>

namespace cmagent::bench {

Heap g_heap;

namespace {

constexpr std::size_t kStack = 1024 * 1024;
constexpr unsigned char kPaint = 0xA5;
alignas(4096) unsigned char g_stack[kStack];

void* run(void* work) {
    (*static_cast<const std::function<void()>*>(work))();
    return nullptr;
}

// How much of a painted stack has been written over.
std::size_t stack_of(const std::function<void()>& work) {
    std::fill(std::begin(g_stack), std::end(g_stack), kPaint);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, g_stack, kStack);
    pthread_t thread;
    pthread_create(&thread, &attributes, run, const_cast<std::function<void()>*>(&work));
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    const auto* touched = std::find_if(std::begin(g_stack), std::end(g_stack),
                                       [](unsigned char byte) { return byte != kPaint; });
    return static_cast<std::size_t>(std::end(g_stack) - touched);
}

}  // namespace

Memory memory_of(const std::function<void()>& work) {
    work();
    g_heap.allocations = 0;
    g_heap.most = g_heap.now;
    const std::size_t before = g_heap.now;
    work();
    Memory memory;
    memory.allocations = g_heap.allocations;
    memory.heap = g_heap.most - before;
    memory.stack = stack_of(work) - stack_of([] {});
    return memory;
}

}  // namespace cmagent::bench
