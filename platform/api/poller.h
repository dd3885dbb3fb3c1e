#pragma once
#include <cstdint>

namespace cmagent::platform {

// The readiness that a descriptor is watched for, or that it has. A hang-up or an error is reported
// as both: the next read or write returns the reason.
struct Interest {
    bool read = false;
    bool write = false;
};
inline constexpr Interest kReading = {true, false};
inline constexpr Interest kWriting = {false, true};

// Whose turn comes first of those that are ready at once.
enum class Rank : std::uint8_t {
    first,   // CM's connections, from which an order to stop comes
    second,  // the players
    last,    // all else, whatever it may take
};

// Called by the poller when its descriptor is ready.
class Watcher {
  public:
    // Called on the loop's thread. May watch, change and unwatch any descriptor, its own included.
    virtual void on_ready(Interest ready) = 0;

  protected:
    ~Watcher() = default;
};

// The one place where the process waits. Level-triggered: a watcher that does not consume what it
// was called for is called again.
class Poller {
  public:
    // Calls `watcher` whenever `fd` is ready. The watcher must live until unwatch(). False when the
    // system refuses (no memory, limit reached): nothing is watched then.
    [[nodiscard]] virtual bool watch(int fd, Interest interest, Watcher& watcher,
                                     Rank rank = Rank::last) = 0;

    // Changes what a watched `fd` is watched for.
    virtual void change(int fd, Interest interest) = 0;

    // No call comes for `fd` after this, not even one that was already due in this round. To be
    // called before `fd` is closed.
    virtual void unwatch(int fd) = 0;

    // Waits at most `timeout_ms` (negative: for ever) and calls the watchers that are ready, rank
    // by rank, however many there are, and in whatever order they have become ready.
    virtual void wait(std::int64_t timeout_ms) = 0;

  protected:
    ~Poller() = default;
};

}  // namespace cmagent::platform
