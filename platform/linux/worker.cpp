#include "platform/linux/worker.h"

#include <signal.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <ctime>

namespace cmagent::platform {
namespace {

// getaddrinfo keeps some tens of KiB of answers on its stack, and NSS modules come on top.
constexpr std::size_t kStackBytes = std::size_t{256} * 1024;

}  // namespace

void Worker::Queue::push(Job& job) {
    job.next_ = nullptr;
    (first == nullptr ? first : last->next_) = &job;
    last = &job;
}

Job* Worker::Queue::pop() {
    Job* const job = first;
    if (job != nullptr) first = job->next_;
    return job;
}

bool Worker::Queue::remove(Job& job) {
    Job* before = nullptr;
    for (Job* at = first; at != nullptr; before = at, at = at->next_) {
        if (at != &job) continue;
        (before == nullptr ? first : before->next_) = job.next_;
        if (last == &job) last = before;
        return true;
    }
    return false;
}

Worker::Worker(Poller& poller) : poller_(poller) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed_, &attributes);
    pthread_condattr_destroy(&attributes);
}

Worker::~Worker() {
    if (started_) {
        {
            Lock lock(mutex_);
            stopping_ = true;
            pthread_cond_broadcast(&changed_);
        }
        pthread_join(thread_, nullptr);
        poller_.unwatch(event_.get());
    }
    pthread_cond_destroy(&changed_);
}

bool Worker::start() {
    event_.reset(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!poller_.watch(event_.get(), kReading, *this)) return false;

    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    started_ = pthread_create(&thread_, &attributes, thread, this) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);

    if (!started_) poller_.unwatch(event_.get());
    return started_;
}

void Worker::enter(Job& job, Queue& queue, Job::State state) {
    job.state_ = state;
    queue.push(job);
}

void Worker::submit(Job& job) {
    Lock lock(mutex_);
    enter(job, queued_, Job::State::queued);
    pthread_cond_broadcast(&changed_);
}

void Worker::submit_later(Job& job) {
    Lock lock(mutex_);
    enter(job, later_, Job::State::later);
    wake_loop();
}

void Worker::skip(Job& job) {
    Lock lock(mutex_);
    enter(job, done_, Job::State::done);
    wake_loop();
}

bool Worker::withdraw(Job& job) {
    Lock lock(mutex_);
    if (!later_.remove(job) && !queued_.remove(job)) return false;
    job.state_ = Job::State::idle;
    return true;
}

bool Worker::wait_for(const Job& job, std::int64_t timeout_ms) {
    timespec until = {};
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += static_cast<time_t>(timeout_ms / 1000);
    until.tv_nsec += static_cast<long>(timeout_ms % 1000) * 1'000'000;
    if (until.tv_nsec >= 1'000'000'000) {
        until.tv_sec++;
        until.tv_nsec -= 1'000'000'000;
    }
    Lock lock(mutex_);
    while (job.state_ == Job::State::running) {
        if (pthread_cond_timedwait(&changed_, &mutex_.native(), &until) == ETIMEDOUT) break;
    }
    return job.state_ != Job::State::running;
}

bool Worker::idle(const Job& job) {
    Lock lock(mutex_);
    return job.state_ == Job::State::idle;
}

bool Worker::busy() {
    Lock lock(mutex_);
    return busy_;
}

void Worker::drop(Job& job) {
    Lock lock(mutex_);
    while (job.state_ == Job::State::running) pthread_cond_wait(&changed_, &mutex_.native());
    [[maybe_unused]] const bool removed =
        later_.remove(job) || queued_.remove(job) || done_.remove(job);
    job.state_ = Job::State::idle;
}

void Worker::wake_loop() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

void* Worker::thread(void* self) {
    static_cast<Worker*>(self)->work();
    return nullptr;
}

void Worker::work() {
    Lock lock(mutex_);
    for (;;) {
        while (!stopping_ && queued_.first == nullptr)
            pthread_cond_wait(&changed_, &mutex_.native());
        if (stopping_) return;
        Job& job = *queued_.pop();
        job.state_ = Job::State::running;
        busy_ = true;
        mutex_.unlock();
        job.run();
        mutex_.lock();
        busy_ = false;
        enter(job, done_, Job::State::done);
        wake_loop();
        pthread_cond_broadcast(&changed_);
    }
}

void Worker::on_ready(Interest) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(event_.get(), &count, sizeof count);
    Queue done;
    {
        Lock lock(mutex_);
        while (Job* const job = later_.pop()) enter(*job, queued_, Job::State::queued);
        pthread_cond_broadcast(&changed_);
        done = done_;
        done_ = {};
        for (Job* job = done.first; job != nullptr; job = job->next_) {
            job->state_ = Job::State::idle;
        }
    }
    while (Job* const job = done.pop()) job->on_done();
}

}  // namespace cmagent::platform
