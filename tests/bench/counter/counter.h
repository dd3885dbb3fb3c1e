#pragma once
// What counter.c counts of a program: the file that it is told to keep them in.

#ifdef __cplusplus
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#else
#include <stdint.h>
#endif

struct Counts {
    uint64_t instructions;
    uint64_t calls;  // of the system
};

#ifdef __cplusplus
namespace cmagent::bench {

// Of the program that asks, whose counter keeps them in the file BENCH_COUNTS.
inline const volatile Counts* counts_of_this_program() {
    const char* const name = std::getenv("BENCH_COUNTS");
    const int file = name != nullptr ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    void* const memory =
        file < 0 ? MAP_FAILED : mmap(nullptr, sizeof(Counts), PROT_READ, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
        std::fprintf(stderr, "nobody counts: BENCH_COUNTS is not set, or no such file\n");
        std::exit(64);
    }
    close(file);
    return static_cast<const volatile Counts*>(memory);
}

inline long long instructions_of(const volatile Counts* counts) {
    return static_cast<long long>(counts->instructions);
}

}  // namespace cmagent::bench
#endif
