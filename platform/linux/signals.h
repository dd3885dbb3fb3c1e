#pragma once
#include <cstddef>

#include "platform/api/poller.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {

class SignalListener {
  public:
    // On the loop's thread.
    virtual void on_signal(int signal) = 0;

  protected:
    ~SignalListener() = default;
};

// SIGTERM, SIGINT, SIGHUP, SIGUSR2 and SIGCHLD as events of the loop; SIGPIPE and SIGXFSZ are ignored.
// To be constructed before any thread: a new thread inherits which signals are blocked.
class Signals final : private Watcher {
  public:
    explicit Signals(Poller& poller);
    ~Signals();
    // False: the system refused; no signal will be reported.
    [[nodiscard]] bool ok() const { return descriptor_.valid(); }

    // `listener` is called for `signal` (one of the five); it must live as long as this object.
    void listen(int signal, SignalListener& listener);

  private:
    void on_ready(Interest ready) override;

    Poller& poller_;
    Descriptor descriptor_;
    SignalListener* listeners_[5] = {};
};

}  // namespace cmagent::platform
