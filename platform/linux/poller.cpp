#include "platform/linux/poller.h"

#include <sys/epoll.h>

#include <cstdint>
#include <initializer_list>

namespace cmagent::platform {
namespace {

constexpr std::uint64_t kTimerName = UINT64_MAX;
// All that may be ready, and the timer: what is of Rank::first may be the last of them.
constexpr int kEventsPerRound = EpollPoller::kMaxWatched + 1;
// Shorter waits are left to epoll, whose clock stops in standby: at most this much too late.
constexpr std::int64_t kTimerFromMs = 1000;

std::uint32_t epoll_events(Interest interest) {
    return (interest.read ? std::uint32_t{EPOLLIN} : 0U) |
           (interest.write ? std::uint32_t{EPOLLOUT} : 0U);
}

}  // namespace

EpollPoller::EpollPoller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u64 = kTimerName;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, timer_.get(), &event) != 0) epoll_.reset();
}

EpollPoller::Watched* EpollPoller::find(int fd) {
    for (Watched& watched : watched_) {
        if (watched.fd == fd) return &watched;
    }
    return nullptr;
}

bool EpollPoller::control(int operation, int fd, Interest interest, const Watched& watched) {
    const auto index = static_cast<std::uint64_t>(&watched - watched_);
    epoll_event event = {};
    event.events = epoll_events(interest);
    event.data.u64 = std::uint64_t{watched.generation} << 32 | index;
    return epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
}

bool EpollPoller::watch(int fd, Interest interest, Watcher& watcher, Rank rank) {
    Watched* const free = find(-1);
    if (fd < 0 || free == nullptr) return false;
    if (!control(EPOLL_CTL_ADD, fd, interest, *free)) return false;
    free->fd = fd;
    free->watcher = &watcher;
    free->rank = rank;
    return true;
}

void EpollPoller::change(int fd, Interest interest) {
    const Watched* const watched = find(fd);
    if (fd < 0 || watched == nullptr) return;
    control(EPOLL_CTL_MOD, fd, interest, *watched);
}

void EpollPoller::unwatch(int fd) {
    Watched* const watched = find(fd);
    if (fd < 0 || watched == nullptr) return;
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    watched->fd = -1;
    watched->generation++;
    watched->watcher = nullptr;
}

void EpollPoller::wait(std::int64_t timeout_ms) {
    int epoll_timeout = -1;
    if (timeout_ms >= kTimerFromMs) {
        timer_.set(timeout_ms);
    } else if (timeout_ms >= 0) {
        epoll_timeout = static_cast<int>(timeout_ms);
    }
    epoll_event events[kEventsPerRound];
    const int ready = epoll_wait(epoll_.get(), events, kEventsPerRound, epoll_timeout);
    for (const Rank rank : {Rank::first, Rank::second, Rank::last}) {
        for (int i = 0; i < ready; i++) deliver(events[i].data.u64, events[i].events, rank);
    }
}

void EpollPoller::deliver(std::uint64_t name, std::uint32_t events, Rank rank) {
    if (name == kTimerName) return rank == Rank::first ? timer_.consume() : void();
    const Watched& watched = watched_[name & 0xffffffffU];
    const bool same = watched.watcher != nullptr && watched.generation == name >> 32;
    if (!same || watched.rank != rank) return;
    const bool both = (events & (EPOLLHUP | EPOLLERR)) != 0;
    watched.watcher->on_ready({both || (events & EPOLLIN) != 0, both || (events & EPOLLOUT) != 0});
}

}  // namespace cmagent::platform
