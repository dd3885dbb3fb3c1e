#pragma once
// The canary of -fstack-protector on 32-bit ARM (toolchains/hardening.cmake): in each thread's own
// storage, eight bytes behind the thread pointer, where two instructions read it. The C library's
// own, which position-independent code finds through two tables, costs 40 bytes more in each
// function. As random as that one: from the kernel, a byte of it zero.

#ifdef CMAGENT_THREAD_CANARY

// For the function that a thread begins with, which may have no canary before it is taken.
#define CMAGENT_BEGINS_THREAD __attribute__((no_stack_protector))

// Gives the calling thread the process's canary. The first thread has it before main().
extern "C" void cmagent_take_canary();

#else

#define CMAGENT_BEGINS_THREAD
inline void cmagent_take_canary() {}

#endif
