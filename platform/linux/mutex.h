#pragma once
#include <pthread.h>

namespace cmagent::platform {

// pthread's, for std::mutex may throw and so needs the C++ run-time library.
class Mutex {
  public:
    Mutex() { pthread_mutex_init(&mutex_, nullptr); }
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

}  // namespace cmagent::platform
