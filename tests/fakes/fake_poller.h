#pragma once
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <vector>

#include "platform/api/poller.h"

namespace cmagent::fakes {

// A poller for the descriptors of other fakes, which the system does not know.
class FakePoller final : public platform::Poller {
  public:
    // The state of a descriptor at this moment. A descriptor that has hung up is ready for both,
    // also when it is watched for neither.
    struct Readiness {
        bool read = false;
        bool write = false;
        bool hung_up = false;
    };

    bool refuses = false;  // watch() fails, as without memory

    // A new descriptor, whose readiness `readiness` tells until close().
    [[nodiscard]] int open(std::function<Readiness()> readiness) {
        open_[next_fd_] = std::move(readiness);
        return next_fd_++;
    }
    void close(int fd) {
        EXPECT_EQ(watched_.count(fd), 0U)
            << "unwatch() has to come before the descriptor is closed";
        open_.erase(fd);
    }
    [[nodiscard]] std::size_t watched() const { return watched_.size(); }

    // One round: calls the watchers whose descriptors are ready. False: none is.
    bool turn() {
        const std::vector<Event> round = events();
        for (const platform::Rank rank :
             {platform::Rank::first, platform::Rank::second, platform::Rank::last}) {
            for (const Event& event : round) deliver(event, rank);
        }
        return !round.empty();
    }

    [[nodiscard]] bool watch(int fd, platform::Interest interest, platform::Watcher& watcher,
                             platform::Rank rank = platform::Rank::last) override {
        if (refuses || open_.count(fd) == 0) return false;
        return watched_.insert({fd, {interest, &watcher, next_watch_++, rank}}).second;
    }
    void change(int fd, platform::Interest interest) override {
        const auto watch = watched_.find(fd);
        if (watch != watched_.end()) watch->second.interest = interest;
    }
    void unwatch(int fd) override { watched_.erase(fd); }
    // One round, without waiting: time belongs to the test.
    void wait(std::int64_t) override { turn(); }

  private:
    struct Watch {
        platform::Interest interest;
        platform::Watcher* watcher;
        unsigned number;  // tells this watch from an earlier one of the same descriptor
        platform::Rank rank;
    };
    struct Event {
        int fd;
        unsigned watch;
        platform::Interest ready;
    };

    [[nodiscard]] std::vector<Event> events() const {
        std::vector<Event> found;
        for (const auto& [fd, watch] : watched_) {
            const Readiness is = open_.at(fd)();
            const platform::Interest ready = {is.hung_up || (is.read && watch.interest.read),
                                              is.hung_up || (is.write && watch.interest.write)};
            if (ready.read || ready.write) found.push_back({fd, watch.number, ready});
        }
        return found;
    }

    void deliver(const Event& event, platform::Rank rank) {
        const auto watch = watched_.find(event.fd);
        const bool same = watch != watched_.end() && watch->second.number == event.watch;
        if (same && watch->second.rank == rank) watch->second.watcher->on_ready(event.ready);
    }

    std::map<int, std::function<Readiness()>> open_;
    std::map<int, Watch> watched_;
    int next_fd_ = 1'000'000;  // the system gives none so high
    unsigned next_watch_ = 0;
};

}  // namespace cmagent::fakes
