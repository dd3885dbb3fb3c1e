#pragma once
#include <cstddef>
#include <cstdint>

#include "platform/api/poller.h"
#include "platform/linux/boot_timer.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {

// epoll, level-triggered. In waits of a second and more standby counts (BootTimer): after it the
// loop wakes at once for deadlines that have passed meanwhile, and not a time-out later.
class EpollPoller final : public Poller {
  public:
    // 16 players with a socket each, 32 commands of theirs, 8 listening sockets, 2 connections to
    // CM, the HTTP server's own epoll, signals, timers, the helpers; and as many again to spare.
    static constexpr std::size_t kMaxWatched = 128;

    EpollPoller();
    // False: the system refused; nothing else may be called then.
    [[nodiscard]] bool ok() const { return epoll_.valid() && timer_.valid(); }

    [[nodiscard]] bool watch(int fd, Interest interest, Watcher& watcher,
                             Rank rank = Rank::last) override;
    void change(int fd, Interest interest) override;
    void unwatch(int fd) override;
    void wait(std::int64_t timeout_ms) override;

  private:
    struct Watched {
        int fd = -1;
        std::uint32_t generation = 0;  // tells an event for this watch from one for an earlier one
        Watcher* watcher = nullptr;
        Rank rank = Rank::last;
    };
    [[nodiscard]] Watched* find(int fd);
    bool control(int operation, int fd, Interest interest, const Watched& watched);
    void deliver(std::uint64_t name, std::uint32_t events, Rank rank);

    Descriptor epoll_;
    BootTimer timer_;
    Watched watched_[kMaxWatched];
};

}  // namespace cmagent::platform
