#include "platform/players/mpv_player.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cmagent::platform {
namespace {

// The UI starts mpv and the session side by side: soon at first, then rarely, for a wake-up costs.
constexpr std::int64_t kFirstRetryMs = 250;
constexpr std::int64_t kLastRetryMs = 4000;
// How soon to look again whether mpv, told to end, has ended: it mostly has at once.
constexpr std::int64_t kFirstAgainMs = 10;
constexpr std::int64_t kLastAgainMs = 2000;

std::int64_t doubled(std::int64_t ms, std::int64_t first, std::int64_t last) {
    return ms == 0 ? first : std::min(2 * ms, last);
}

}  // namespace

MpvPlayer::MpvPlayer(const PlayerServices& services, const AdapterSettings& settings,
                     PlayerListener& listener)
    : poller_(services.poller),
      timers_(services.timers),
      socket_path_(settings.text(kSocket)),
      listener_(listener),
      force_(services, settings.command(kForce), PlayerNews::forced, listener),
      later_(services.timers, listener) {}

MpvPlayer::~MpvPlayer() {
    disconnect();
    timers_.unset(*this);
}

void MpvPlayer::join() {
    joined_++;
    retry_ms_ = kFirstRetryMs;
    if (socket_ < 0 && order_ == Order::none) connect_or_retry();
}

void MpvPlayer::leave() {
    if (joined_ > 0) joined_--;
    if (order_ == Order::none) rest();
}

void MpvPlayer::stop() {
    give(Order::stop);
}

void MpvPlayer::force() {
    if (!force_.configured()) return give(Order::quit);
    order_ = Order::none;
    played_ = false;  // an end of playback was ordered from now on
    force_.run();
}

void MpvPlayer::cancel() {
    force_.cancel();
    later_.withdraw();
    rest();
}

void MpvPlayer::give(Order order) {
    later_.withdraw();
    order_ = order;
    again_ms_ = 0;
    answered_ = false;
    if ((socket_ >= 0 || connect() == Reached::yes) && send_order()) return;
    disconnect();
    later_.tell(PlayerNews::unreachable);
    rest();
}

// There is no order: mpv is watched for those who have joined, and else left alone.
void MpvPlayer::rest() {
    order_ = Order::none;
    if (joined_ == 0) {
        disconnect();
        timers_.unset(*this);
    } else if (socket_ < 0) {
        timers_.set(*this, retry_ms_);
    }
}

void MpvPlayer::on_ready(Interest) {
    char received[1024];
    const ssize_t size = recv(socket_, received, sizeof received, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) return on_closed();
    lines_.feed({received, static_cast<std::size_t>(size)},
                [this](std::string_view line) { note(read_mpv_line(line)); });
    judge();
}

void MpvPlayer::note(MpvSays says) {
    switch (says) {
        case MpvSays::other:
            return;
        case MpvSays::answered_idle:
            answered_ = true;
            idle_ = true;
            return;
        case MpvSays::answered_playing:
            answered_ = true;
            idle_ = false;
            played_ = true;
            return;
        case MpvSays::answered:
            answered_ = true;
            return;
        case MpvSays::idle:
            idle_ = true;
            break;
        case MpvSays::playing:
            idle_ = false;
            played_ = true;
            break;
    }
    retry_ms_ = kFirstRetryMs;  // it is mpv: should it go, another may be there soon
}

void MpvPlayer::judge() {
    if (order_ == Order::stop && answered_ && idle_) return tell(PlayerNews::stopped);
    if (order_ == Order::none && played_ && idle_) return tell(PlayerNews::exited);
}

void MpvPlayer::on_closed() {
    disconnect();
    if (order_ == Order::none) {
        rest();
        if (played_) tell(PlayerNews::exited);
    } else if (again_ms_ == 0) {
        verify_gone();
    } else {
        timers_.set(*this, again_ms_);
    }
}

// Gone, or has it merely dropped us? Then it hears the order once more, each time later than the time
// before. While mpv ends, there is a moment when somebody still seems to listen, and takes nothing.
void MpvPlayer::verify_gone() {
    again_ms_ = doubled(again_ms_, kFirstAgainMs, kLastAgainMs);
    const Reached reached = connect();
    if (reached == Reached::yes && send_order()) return;
    disconnect();
    if (reached != Reached::nobody) return timers_.set(*this, again_ms_);
    tell(order_ == Order::stop ? PlayerNews::stopped : PlayerNews::forced);
}

// The last thing in its caller: the listener may give the next order at once.
void MpvPlayer::tell(PlayerNews news) {
    played_ = false;
    rest();
    listener_.on_player(news);
}

void MpvPlayer::on_time() {
    if (socket_ >= 0) return;
    order_ == Order::none ? connect_or_retry() : verify_gone();
}

// That somebody listens does not show that he stays.
void MpvPlayer::connect_or_retry() {
    if (connect() != Reached::yes) timers_.set(*this, retry_ms_);
    retry_ms_ = doubled(retry_ms_, kFirstRetryMs, kLastRetryMs);
}

MpvPlayer::Reached MpvPlayer::connect() {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const std::size_t size = std::strlen(socket_path_);
    if (size >= sizeof address.sun_path) return Reached::failed;
    std::memcpy(address.sun_path, socket_path_, size);

    socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return Reached::failed;
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const bool nobody = errno == ENOENT || errno == ECONNREFUSED;
        close(socket_);
        socket_ = -1;
        return nobody ? Reached::nobody : Reached::failed;
    }
    lines_.clear();
    idle_ = false;
    if (poller_.watch(socket_, kReading, *this) && send(kMpvObserve)) return Reached::yes;
    disconnect();
    return Reached::failed;
}

void MpvPlayer::disconnect() {
    if (socket_ < 0) return;
    poller_.unwatch(socket_);
    close(socket_);
    socket_ = -1;
}

// False: mpv takes nothing any more. Its socket has room for all that we ever say.
bool MpvPlayer::send(std::string_view text) {
    const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(text.size());
}

bool MpvPlayer::send_order() {
    answered_ = false;
    return order_ == Order::stop ? send(kMpvStop) && send(kMpvAsk) : send(kMpvQuit);
}

}  // namespace cmagent::platform
