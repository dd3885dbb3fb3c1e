#pragma once
#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <ctime>

namespace cmagent::platform {

// pthread's, for those of the C++ library may throw and so need its run-time part.

// Who holds it inherits the priority of a realtime thread that waits for it: else another process that
// computes would hold up the loop through one of its helpers (contract.md, "Priority").
class Mutex {
  public:
    Mutex();
    ~Mutex() { pthread_mutex_destroy(&mutex_); }
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

    void lock() { pthread_mutex_lock(&mutex_); }
    void unlock() { pthread_mutex_unlock(&mutex_); }
    [[nodiscard]] pthread_mutex_t& native() { return mutex_; }

  private:
    pthread_mutex_t mutex_;
};

class Lock {
  public:
    explicit Lock(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
    ~Lock() { mutex_.unlock(); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

  private:
    Mutex& mutex_;
};

// The calling thread leaves its processor to others for so long, and for what the kernel's timers add.
void rest(std::int64_t us);

// A moment to wait for, by the clock that nobody sets.
struct Deadline {
    // From now on.
    explicit Deadline(std::int64_t ms);
    timespec at = {};
};

// That something under a mutex has changed. Waiting gives the mutex, which the caller holds, away.
class Condition {
  public:
    Condition();
    ~Condition() { pthread_cond_destroy(&condition_); }
    Condition(const Condition&) = delete;
    Condition& operator=(const Condition&) = delete;

    // To all that wait.
    void tell() { pthread_cond_broadcast(&condition_); }
    void wait(Mutex& mutex) { pthread_cond_wait(&condition_, &mutex.native()); }
    // False: the time is up.
    [[nodiscard]] bool wait_until(Mutex& mutex, const Deadline& deadline);

  private:
    pthread_cond_t condition_;
};

// Starts a thread, with all signals blocked. False: the system refused.
[[nodiscard]] bool start_thread(pthread_t& thread, std::size_t stack_bytes, void* (*run)(void*),
                                void* argument);

}  // namespace cmagent::platform
