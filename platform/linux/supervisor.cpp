#include "platform/linux/supervisor.h"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "agent/base/text_writer.h"
#include "platform/linux/environment.h"

namespace cmagent::platform {
namespace {

constexpr const char* kTexts[] = {"RELOADING=1\nMONOTONIC_USEC=", "READY=1", "STOPPING=1",
                                  "WATCHDOG=1"};
constexpr Millis kFirstAgain = 100;
constexpr Millis kLastAgain = 30 * kSecond;  // one that will never be there costs no more

// WATCHDOG_PID, where set, must be ours (sd_watchdog_enabled(3)).
std::int64_t watchdog_ms() {
    const bool for_us =
        getenv("WATCHDOG_PID") == nullptr || environment_number("WATCHDOG_PID") == getpid();
    return for_us ? environment_number("WATCHDOG_USEC") / 1000 : 0;
}

// A sign of life that was not taken leaves half of the watchdog's time for others.
Millis longest_pause(std::int64_t alive_every_ms) {
    return alive_every_ms > 0 && alive_every_ms / 8 < kLastAgain ? alive_every_ms / 8 : kLastAgain;
}

std::int64_t monotonic_us() {
    timespec now = {};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

NotifySupervisor::NotifySupervisor()
    : alive_every_ms_(watchdog_ms() / 2),
      alive_at_(kNever.ms),
      again_(kFirstAgain, longest_pause(alive_every_ms_)) {
    const char* const path = getenv("NOTIFY_SOCKET");
    const std::size_t size = path == nullptr ? 0 : std::strlen(path);
    if (size >= 2 && size < sizeof address_.sun_path) {
        address_.sun_family = AF_UNIX;
        std::memcpy(address_.sun_path, path, size);
        if (path[0] == '@') address_.sun_path[0] = '\0';  // the abstract name space, unix(7)
        address_size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
        connect();
        if (alive_every_ms_ > 0) alive_at_ = 0;
    }
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
}

void NotifySupervisor::connect() {
    socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto* const address = reinterpret_cast<const sockaddr*>(&address_);
    if (::connect(socket_.get(), address, address_size_) != 0) socket_.reset();
}

void NotifySupervisor::tell(State state) {
    if (address_size_ == 0) return;
    untold_ = static_cast<std::uint8_t>(untold_ | 1U << state);
    // The next turn of the loop knows what time it is.
    if (!tell_all() && again_.at() == kNever) again_.fail({});
}

void NotifySupervisor::on_time(std::int64_t now_ms) {
    bool due = again_.begin({now_ms});
    if (alive_at_ <= now_ms) {
        alive_at_ = now_ms + alive_every_ms_;
        untold_ = static_cast<std::uint8_t>(untold_ | 1U << kAlive);
        due = true;
    }
    if (due && !tell_all()) again_.fail({now_ms});
}

std::int64_t NotifySupervisor::next_deadline() const {
    return earlier({alive_at_}, again_.at()).ms;
}

bool NotifySupervisor::tell_all() {
    for (unsigned state = 0; state < kStates; ++state) {
        if ((untold_ >> state & 1U) == 0) continue;
        if (!send(state)) return false;
        untold_ = static_cast<std::uint8_t>(untold_ & ~(1U << state));
    }
    again_.end();
    return true;
}

// The connection to a supervisor that was started again, or was not there yet, is made anew.
bool NotifySupervisor::send(unsigned state) {
    char bytes[64];
    TextWriter text(bytes);
    text << kTexts[state];
    if (state == kReloading) text << monotonic_us();  // sd_notify(3)
    if (!socket_.valid()) connect();
    const std::string_view told = text.view();
    if (::send(socket_.get(), told.data(), told.size(), MSG_NOSIGNAL) >= 0) return true;
    if (errno != EAGAIN && errno != ENOBUFS) socket_.reset();
    return false;
}

}  // namespace cmagent::platform
