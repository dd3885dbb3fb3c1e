#include "platform/linux/thread.h"

#include <signal.h>

#include "agent/base/bytes.h"

namespace cmagent::platform {
namespace {

// Below each stack: wider than any frame of ours (tests/size/check), so that none reaches over it.
// It takes address space alone.
constexpr std::size_t kGuardBytes = 64 * kKiB;

}  // namespace

void rest(std::int64_t us) {
    const timespec time = {0, static_cast<long>(us * 1000)};
    nanosleep(&time, nullptr);
}

Deadline::Deadline(std::int64_t ms) {
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += static_cast<time_t>(ms / 1000);
    at.tv_nsec += static_cast<long>(ms % 1000) * 1'000'000;
    if (at.tv_nsec < 1'000'000'000) return;
    at.tv_sec++;
    at.tv_nsec -= 1'000'000'000;
}

Mutex::Mutex() {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    // A kernel without it: a mutex as ever.
    if (pthread_mutex_init(&mutex_, &attributes) != 0) pthread_mutex_init(&mutex_, nullptr);
    pthread_mutexattr_destroy(&attributes);
}

Condition::Condition() {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&condition_, &attributes);
    pthread_condattr_destroy(&attributes);
}

bool Condition::wait_until(Mutex& mutex, const Deadline& deadline) {
    return pthread_cond_timedwait(&condition_, &mutex.native(), &deadline.at) == 0;
}

bool start_thread(pthread_t& thread, std::size_t stack_bytes, void* (*run)(void*), void* argument) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    // The C library takes the guard off the stack.
    pthread_attr_setstacksize(&attributes, stack_bytes + kGuardBytes);
    pthread_attr_setguardsize(&attributes, kGuardBytes);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool started = pthread_create(&thread, &attributes, run, argument) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    return started;
}

}  // namespace cmagent::platform
