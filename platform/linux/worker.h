#pragma once
#include <pthread.h>

#include <cstdint>

#include "platform/api/poller.h"
#include "platform/linux/descriptor.h"
#include "platform/linux/thread.h"

namespace cmagent::platform {

// Work that may block for long. A job lives with its owner, and is in one queue at a time.
class Job {
  public:
    // On the helper thread. Touches nothing that the loop may touch meanwhile.
    virtual void run() = 0;
    // On the loop's thread, after run(). May submit the job again.
    virtual void on_done() = 0;

  protected:
    ~Job() = default;

  private:
    friend class Worker;
    enum class State : std::uint8_t { idle, later, queued, running, done };
    State state_ = State::idle;
    Job* next_ = nullptr;
};

// A helper thread (design.md, rule 3), which takes one job after the other, in order. The resolver
// and the store have one each: a name server that is silent for half a minute keeps no session from
// the flash, and flash that hangs for ever keeps no heartbeat from its connection. A job that was not
// begun can be taken back and run by the loop itself: so does the shutdown with the last save.
class Worker final : private Watcher {
  public:
    explicit Worker(Poller& poller);
    // Waits for the job that is running. A process that cannot wait for a stuck resolver asks
    // busy(), and leaves by _exit().
    ~Worker();

    // Starts the thread. False: the system refused; nothing else may be called then.
    [[nodiscard]] bool start();

    // All for idle jobs, on the loop's thread.
    void submit(Job& job);
    // The same, on the loop's next turn: behind all that is submitted in this one.
    void submit_later(Job& job);
    // Only on_done(), on the loop's next turn.
    void skip(Job& job);

    // True: the job had not been begun; neither run() nor on_done() comes any more.
    [[nodiscard]] bool withdraw(Job& job);
    // Waits until a running job has run, at most so long; true when it has. on_done() still comes.
    [[nodiscard]] bool wait_for(const Job& job, std::int64_t timeout_ms);
    [[nodiscard]] bool idle(const Job& job);
    // A job is running.
    [[nodiscard]] bool busy();
    // Before the job's end: withdraws it, or waits for it, and no call follows.
    void drop(Job& job);

  private:
    struct Queue {
        Job* first = nullptr;
        Job* last = nullptr;
        void push(Job& job);
        [[nodiscard]] Job* pop();
        [[nodiscard]] bool remove(Job& job);
    };
    static void* thread(void* self);
    void work();
    void enter(Job& job, Queue& queue, Job::State state);
    void wake_loop();
    void on_ready(Interest ready) override;

    Poller& poller_;
    Descriptor event_;  // eventfd: wakes the loop for the jobs in later_ and done_
    pthread_t thread_ = {};
    bool started_ = false;

    Mutex mutex_;  // guards all below, and the jobs' states
    Condition changed_;
    Queue later_;
    Queue queued_;
    Queue done_;
    bool busy_ = false;
    bool stopping_ = false;
};

}  // namespace cmagent::platform
