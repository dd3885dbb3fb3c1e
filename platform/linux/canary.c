// canary.h. In C, and in a library of its own: every program that is built with such canaries, or
// of libraries that are, links it, whatever else is in it.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

// The first, and the only one, of the program's own thread-local variables: ARM's ABI then has it
// where the compiler was told that it is.
__thread uintptr_t cmagent_canary = 1;
static uintptr_t of_the_process;

void cmagent_take_canary(void) {
    cmagent_canary = of_the_process;
}

__attribute__((constructor)) static void begin(void) {
    if ((const char*)&cmagent_canary !=
        (const char*)__builtin_thread_pointer() + CMAGENT_THREAD_CANARY)
        abort();
    // 16 random bytes, of which the C library uses the first ones.
    const char* const random = (const char*)getauxval(AT_RANDOM);
    if (random != NULL) memcpy(&of_the_process, random + 8, sizeof of_the_process);
    // As the C library does: what ends at a zero does not copy it, and a text is not read over it.
    *(char*)&of_the_process = 0;
    cmagent_take_canary();
}
