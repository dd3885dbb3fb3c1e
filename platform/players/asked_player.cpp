#include "platform/players/asked_player.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "agent/base/wipe.h"
#include "platform/players/intervals.h"

namespace cmagent::platform {
namespace {

// Sooner than kAgainMs at first, each time after twice as long: most players have stopped in 10 ms,
// and some tell it 100 ms later (VLC 3).
constexpr int kSoonMs = 2;
// Each so many questions the order is said again.
constexpr int kQuestions = 8;

struct Waits {
    std::uint16_t first_ms;
    std::uint16_t last_ms;

    [[nodiscard]] std::uint16_t after(std::uint16_t ms) const {
        return ms == 0 ? first_ms : std::min(static_cast<std::uint16_t>(2 * ms), last_ms);
    }
};
constexpr Waits kWatching{kFirstAbsentMs, kLastAbsentMs};
// To see what became of a picture: a player that was told to end mostly has at once.
constexpr Waits kVerifying{10, 2000};
constexpr char kNobody[] = "there is no such player";

// What is about to be sent. There may be a token in it.
struct Draft {
    char bytes[Talk::kMaxSaid];
    TextWriter out{bytes};

    ~Draft() { wipe(bytes, sizeof bytes); }
};

}  // namespace

AskedPlayer::AskedPlayer(const PlayerServices& services, const AdapterSettings& settings,
                         PlayerListener& listener, Talk& talk)
    : poller_(services.poller),
      timers_(services.timers),
      talk_(talk),
      listener_(listener),
      force_(services, settings.command(kForce), PlayerNews::forced, *this),
      later_(services.timers, listener) {}

AskedPlayer::~AskedPlayer() {
    disconnect();
    timers_.unset(*this);
}

void AskedPlayer::join() {
    joined_++;
    told_ = 0;
    wait_ms_ = 0;
    if (order_ == Order::none) stage_ == Stage::closed ? attempt() : ask();
}

void AskedPlayer::leave() {
    if (joined_ > 0) joined_--;
    if (order_ == Order::none) rest();
}

void AskedPlayer::force() {
    if (!force_.configured()) return give(Order::force, PlayerNews::forced);
    played_ = false;  // an end of playback was ordered from now on
    rest();
    force_.run();
}

void AskedPlayer::cancel() {
    force_.cancel();
    later_.withdraw();
    rest();
}

void AskedPlayer::give(Order order, PlayerNews success) {
    later_.withdraw();
    order_ = order;
    success_ = success;
    said_ = false;
    wait_ms_ = 0;
    if (asked_ && talk_.manner().in_turns) disconnect();
    if (stage_ == Stage::open) return say_order();
    if (stage_ == Stage::closed) attempt();
}

bool AskedPlayer::probe() {
    probing_ = true;
    attempt();
    return true;
}

// There is no order: the player is watched for those who have joined, and else left alone.
void AskedPlayer::rest() {
    // What is answered later must not lead to anything that is said for an order of before.
    if (order_ != Order::none && asked_) disconnect();
    order_ = Order::none;
    success_ = PlayerNews::exited;
    probing_ = false;
    if (joined_ == 0) {
        disconnect();
        timers_.unset(*this);
    } else {
        timers_.set(
            *this, stage_ == Stage::closed ? std::max<int>(wait_ms_, kWatching.first_ms) : kLookMs);
    }
}

void AskedPlayer::tell(PlayerNews news, const char* why) {
    played_ = false;
    told_ = 0;
    rest();
    later_.tell(news, why);
}

// There is nothing more to wait for. `gone`: nothing plays, and that is sure.
void AskedPlayer::conclude(bool gone, const char* why) {
    if (!gone) return tell(PlayerNews::unreachable, why);
    tell(success_);
}

void AskedPlayer::on_time() {
    if (stage_ == Stage::closed) return attempt();
    wait_ms_ = 0;
    if (order_ != Order::none && !asked_ && questions_ >= kQuestions) return say_order();
    ask();
    if (order_ == Order::none && talk_.manner().in_turns) timers_.set(*this, kLookMs);
}

// --- What is said ---

void AskedPlayer::say_order() {
    questions_ = 0;
    asked_ = talk_.manner().in_turns;
    say(order_);
    ask();
}

void AskedPlayer::ask() {
    again_ = asked_;
    if (asked_ || stage_ != Stage::open) return;
    asked_ = true;
    questions_++;
    say(Order::none);
}

void AskedPlayer::say(Order order) {
    Draft draft;
    talk_.say(order, draft.out);
    if (!send(draft.out)) lost();
}

// False: the player takes nothing any more. Its socket has room for all that is ever said to one
// that does not answer.
bool AskedPlayer::send(const TextWriter& out) {
    const std::string_view text = out.view();
    return text.empty() || ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
                               static_cast<ssize_t>(text.size());
}

// --- What is heard ---

void AskedPlayer::on_ready(Interest) {
    if (stage_ == Stage::connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        (void)getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
        return error == 0 ? begin() : fail(error);
    }
    char received[1024];
    const ssize_t size = recv(socket_, received, sizeof received, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) return lost();
    Draft draft;
    const Heard::Set heard = talk_.take({received, static_cast<std::size_t>(size)}, draft.out);
    if (!send(draft.out)) return lost();
    judge(heard);
}

void AskedPlayer::judge(Heard::Set heard) {
    const bool in_turns = talk_.manner().in_turns;
    const bool answered = (heard & Heard::kAnswer) != 0;
    const bool moved = (heard & Heard::kMoved) != 0;
    if ((heard & Heard::kRefused) != 0) return refuse();
    if ((heard & Heard::kOpen) != 0) opened();
    if (answered || (in_turns && moved)) asked_ = false;
    said_ = said_ || (in_turns && moved);
    known_ = known_ || (answered && (heard & Heard::kAbsent) == 0);
    played_ = played_ || (heard & Heard::kPlaying) != 0;
    if (answered && probing_) {
        if ((heard & Heard::kAbsent) != 0) return conclude(false, kNobody);
        return tell(played_ ? PlayerNews::playing : PlayerNews::stopped);
    }
    if (answered && (heard & Heard::kPlaying) == 0 && (order_ != Order::none || played_)) {
        return conclude(known_, kNobody);
    }
    if (moved || (answered && again_)) {
        ask();
        if (order_ == Order::none) timers_.set(*this, kLookMs);
    } else if (answered && order_ != Order::none) {
        timers_.set(*this, std::min(kAgainMs, kSoonMs << questions_));
    }
    hear_pause(heard & (Heard::kPaused | Heard::kResumed));
}

// The last thing in its caller: the listener may give an order at once.
void AskedPlayer::hear_pause(unsigned heard) {
    if (order_ != Order::none || heard == 0 || heard == told_) return;
    told_ = static_cast<Heard::Set>(heard);
    listener_.on_player(heard == Heard::kPaused ? PlayerNews::paused : PlayerNews::playing);
}

// While it is only watched, the first of several refusals in a row is enough for the log.
void AskedPlayer::refuse() {
    const char* const why = talk_.why();
    disconnect();
    if (order_ != Order::none || probing_) return conclude(false, why);
    if (wait_ms_ <= kWatching.first_ms) listener_.on_output(why);
    wait_ms_ = std::max(wait_ms_, kWatching.first_ms);
    timers_.set(*this, wait_ms_);
}

// --- The connection ---

void AskedPlayer::attempt() {
    const Waits& waits = order_ != Order::none || played_ ? kVerifying : kWatching;
    // That somebody listens does not show that he stays.
    wait_ms_ = waits.after(wait_ms_);
    const int error = connect();
    if (error != 0) fail(error);
}

// Begins to connect; why it cannot.
int AskedPlayer::connect() {
    const SocketAddress address = talk_.address();
    socket_ = socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return errno;
    // An order and the question after it are two packets. No unix socket knows the option.
    const int on = 1;
    (void)setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const bool connected = ::connect(socket_, address.get(), address.size) == 0;
    if (!connected && errno != EINPROGRESS) return errno;
    if (!poller_.watch(socket_, connected ? kReading : kWriting, *this, Rank::second))
        return ENOMEM;
    stage_ = Stage::connecting;
    if (connected) begin();
    return 0;
}

// EAGAIN: its queue is full. It is there, then, and may hang.
void AskedPlayer::fail(int error) {
    disconnect();
    const bool gone =
        (error == ENOENT || error == ECONNREFUSED) && known_ && talk_.manner().at_home;
    const bool over = order_ == Order::none ? gone && played_ : error != EAGAIN;
    if (over || probing_) return conclude(gone, std::strerror(error));
    timers_.set(*this, wait_ms_);
}

void AskedPlayer::begin() {
    poller_.change(socket_, kReading);
    stage_ = Stage::greeting;
    Draft draft;
    const Heard::Set heard = talk_.begin(draft.out);
    if (!send(draft.out)) return lost();
    if ((heard & Heard::kOpen) != 0) opened();
}

void AskedPlayer::opened() {
    stage_ = Stage::open;
    known_ = known_ || talk_.manner().at_home;
    if (order_ != Order::none && !said_) return say_order();
    ask();
    if (order_ == Order::none) timers_.set(*this, kLookMs);
}

// The connection has ended. Gone, or has it merely dropped us?
void AskedPlayer::lost() {
    const bool expected = talk_.manner().in_turns && !asked_;
    const bool refused = !talk_.manner().at_home && stage_ != Stage::open;
    disconnect();
    if (refused && (order_ != Order::none || probing_)) return conclude(false, talk_.why());
    if (probing_) return conclude(false, "it closes the connection");
    if (expected) return;  // and the timer is set for the next question
    if (wait_ms_ == 0) return attempt();
    timers_.set(*this, wait_ms_);
}

void AskedPlayer::disconnect() {
    stage_ = Stage::closed;
    asked_ = false;
    again_ = false;
    if (socket_ < 0) return;
    poller_.unwatch(socket_);
    close(socket_);
    socket_ = -1;
}

}  // namespace cmagent::platform
