#include "platform/linux/worker.h"

#include <sys/eventfd.h>

#include "platform/linux/canary.h"
#include "platform/linux/priority.h"

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

Worker::Worker(Poller& poller) : poller_(poller) {}

Worker::~Worker() {
    if (!started_) return;
    {
        Lock lock(mutex_);
        stopping_ = true;
        changed_.tell();
    }
    pthread_join(thread_, nullptr);
    poller_.unwatch(event_.get());
}

bool Worker::start() {
    event_.reset(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!poller_.watch(event_.get(), kReading, *this)) return false;

    started_ = start_thread(thread_, kStackBytes, thread, this);
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
    changed_.tell();
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
    const Deadline deadline(timeout_ms);
    Lock lock(mutex_);
    while (job.state_ == Job::State::running && changed_.wait_until(mutex_, deadline)) {
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
    while (job.state_ == Job::State::running) changed_.wait(mutex_);
    [[maybe_unused]] const bool removed =
        later_.remove(job) || queued_.remove(job) || done_.remove(job);
    job.state_ = Job::State::idle;
}

void Worker::wake_loop() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

CMAGENT_BEGINS_THREAD void* Worker::thread(void* self) {
    cmagent_take_canary();
    leave_realtime();
    static_cast<Worker*>(self)->work();
    return nullptr;
}

void Worker::work() {
    Lock lock(mutex_);
    for (;;) {
        while (!stopping_ && queued_.first == nullptr) changed_.wait(mutex_);
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
        changed_.tell();
    }
}

void Worker::on_ready(Interest) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(event_.get(), &count, sizeof count);
    Queue done;
    {
        Lock lock(mutex_);
        while (Job* const job = later_.pop()) enter(*job, queued_, Job::State::queued);
        changed_.tell();
        done = done_;
        done_ = {};
        for (Job* job = done.first; job != nullptr; job = job->next_) {
            job->state_ = Job::State::idle;
        }
    }
    while (Job* const job = done.pop()) job->on_done();
}

}  // namespace cmagent::platform
