#include "platform/players/process_player.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "platform/players/intervals.h"

namespace cmagent::platform {
namespace {

constexpr pid_t kFirstProcess = 1;

std::int64_t seconds_of(clockid_t clock) {
    timespec now = {};
    clock_gettime(clock, &now);
    return now.tv_sec;
}

std::int64_t box_began_s() {
    return seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME);
}

int open_process(pid_t id) {
#ifdef SYS_pidfd_open
    return static_cast<int>(syscall(SYS_pidfd_open, id, 0));
#else
    static_cast<void>(id);
    return -1;
#endif
}

// What a file of a process's number says.
struct PidFile {
    pid_t id = 0;  // 0: there is no file, so nobody runs
    std::int64_t written_s = 0;
    const char* why = nullptr;  // null: it can be believed
};

PidFile read_pid_file(const char* name) {
    PidFile result;
    const int file = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        if (errno != ENOENT && errno != ENOTDIR) result.why = "pidFile cannot be read";
        return result;
    }
    char bytes[32];
    struct stat status = {};
    const ssize_t size = fstat(file, &status) == 0 ? read(file, bytes, sizeof bytes) : -1;
    close(file);
    std::string_view text(bytes, size > 0 ? static_cast<std::size_t>(size) : 0);
    const auto id = read_decimal(take_line(text), INT32_MAX);
    result.written_s = status.st_mtime;
    if (id && static_cast<pid_t>(*id) > kFirstProcess && static_cast<pid_t>(*id) != getpid()) {
        result.id = static_cast<pid_t>(*id);
    } else {
        result.why = "pidFile names no player";
    }
    return result;
}

}  // namespace

AdapterFault ProcessPlayer::check(const AdapterSettings& settings) {
    const std::string_view name = settings.text(kName);
    const char* const file = settings.text(kPidFile);
    const bool has_file = *file != '\0';
    // A daemon's folder is nobody's to know, and a file that is not there means that nobody plays.
    if (has_file && *file != '/') return {kPidFile, "must begin with /"};
    if (name.find('/') != std::string_view::npos) return {kName, "must be a file name without /"};
    if (!name.empty() && has_file) return {kPidFile, "is one too many: name says it already"};
    if (name.empty() && !has_file)
        return {kName, "is missing: adapter process needs it, or pidFile"};
    return {};
}

ProcessPlayer::ProcessPlayer(const PlayerServices& services, const AdapterSettings& settings,
                             PlayerListener& listener)
    : poller_(services.poller),
      timers_(services.timers),
      name_(settings.text(kName)),
      pid_file_(settings.text(kPidFile)),
      listener_(listener),
      force_(services, settings.command(kForce), PlayerNews::forced, *this),
      box_began_s_(box_began_s()) {}

ProcessPlayer::~ProcessPlayer() {
    stop_watching();
    timers_.unset(*this);
}

void ProcessPlayer::join() {
    joined_++;
    if (order_ == Order::none) rest();
}

void ProcessPlayer::leave() {
    if (joined_ > 0) joined_--;
    if (order_ == Order::none) rest();
}

void ProcessPlayer::force() {
    give(force_.configured() ? Order::command : Order::force);
    if (force_.configured()) force_.run();
}

void ProcessPlayer::cancel() {
    force_.cancel();
    rest();
}

bool ProcessPlayer::probe() {
    give(Order::probe);
    return true;
}

void ProcessPlayer::give(Order order) {
    force_.cancel();
    told_.count = 0;
    gone_ = false;
    // Before the first is told: what its end leaves to others could not be known any more.
    if (order_ == Order::none) survey();
    order_ = order;
    timers_.set(*this, 0);
}

// There is no order: the player is watched for those who have joined, and else left alone.
void ProcessPlayer::rest() {
    order_ = Order::none;
    wait_ms_ = kFirstAbsentMs;
    if (joined_ > 0) return timers_.set(*this, 0);
    seen_ = false;
    stop_watching();
    timers_.unset(*this);
}

void ProcessPlayer::on_ready(Interest) {
    stop_watching();
    look();
}

void ProcessPlayer::look() {
    survey();
    // One may have forked behind our back.
    if (sight_.living == 0 && (order_ != Order::none || seen_)) survey();
    if (sight_.living != 0) {
        seen_ = true;
        watch(sight_.living);
    } else {
        stop_watching();
    }
    if (order_ != Order::none) return judge();
    if (watched_ != 0) return;
    if (sight_.living != 0) return timers_.set(*this, kLookMs);
    if (seen_) return tell(PlayerNews::exited);
    timers_.set(*this, wait_ms_);
    wait_ms_ = std::min<std::int64_t>(2 * wait_ms_, kLastAbsentMs);
}

void ProcessPlayer::judge() {
    if (sight_.why != nullptr) {
        listener_.on_output(sight_.why);
        return tell(PlayerNews::unreachable);
    }
    if (order_ == Order::probe)
        return tell(sight_.living != 0 ? PlayerNews::playing : PlayerNews::stopped);
    // At two looks, for somebody may begin it again.
    const bool gone = sight_.living == 0 && gone_;
    gone_ = sight_.living == 0;
    if (!gone) return timers_.set(*this, kAgainMs);
    tell(order_ == Order::stop ? PlayerNews::stopped : PlayerNews::forced);
}

// The last thing in its caller: the listener may give the next order at once.
void ProcessPlayer::tell(PlayerNews news) {
    force_.cancel();
    seen_ = false;
    rest();
    listener_.on_player(news);
}

void ProcessPlayer::survey() {
    sight_ = {};
    pid_file_[0] == '\0' ? survey_names() : survey_file();
}

void ProcessPlayer::survey_names() {
    if (order_ == Order::none) kin_.count = 0;
    ProcessIds ids;
    ProcessState process;
    while (const pid_t id = ids.next()) {
        if (read_process(id, process) && process.lives) meet_by_name(process);
    }
    // hidepid (proc(5)) hides what others run: then only what was seen can be seen to end.
    const bool hidden = !read_process(kFirstProcess, process);
    if (hidden && sight_.living == 0 && !seen_) sight_.why = "/proc hides the processes of others";
}

// What was met once stays the player, whatever it becomes (exec), and so does what a script has begun.
void ProcessPlayer::meet_by_name(const ProcessState& process) {
    const Naming naming = naming_of(process, name_);
    const bool is_kin = kin_.has(process.id) || kin_.has(process.parent);
    if (naming == Naming::none && !is_kin && process.id != watched_) return;
    if (meet(process) && (is_kin || naming == Naming::script)) kin_.add(process.id);
}

void ProcessPlayer::survey_file() {
    const PidFile file = read_pid_file(pid_file_);
    sight_.why = file.why;
    if (file.id == 0) return;
    ProcessState process;
    if (read_process(file.id, process)) {
        if (process.lives && !is_younger_than(file.written_s, process)) {
            static_cast<void>(meet(process));
        }
    } else if (kill(file.id, 0) == 0 || errno != ESRCH) {
        sight_.why = "/proc hides the process of pidFile";
    }
}

// One that began after the file was written is another, which was given the number again: a box that
// loses its power leaves such files behind. The clock may have been set meanwhile: another it is
// only by the clock of then and by that of now.
bool ProcessPlayer::is_younger_than(std::int64_t file_s, const ProcessState& process) const {
    constexpr std::int64_t kRoundingS = 2;
    const std::int64_t began_s = process.began_s + std::min(box_began_s_, box_began_s());
    return began_s > file_s + kRoundingS;
}

// False: it is none that may be meant.
bool ProcessPlayer::meet(const ProcessState& process) {
    const pid_t self = getpid();
    if (process.id <= kFirstProcess || process.id == self || process.parent == self) return false;
    if (sight_.living == 0) sight_.living = process.id;
    if (order_ >= Order::probe) signal(process.id);
    return true;
}

// SIGTERM is said once: to some the second means to leave everything as it is. A probe only asks
// whether it may be said (kill(2), signal 0).
void ProcessPlayer::signal(pid_t id) {
    const bool stops = order_ == Order::stop;
    if (stops && told_.has(id)) return;
    if (stops) told_.add(id);
    constexpr int kSignals[] = {0, 0, 0, SIGTERM, SIGKILL};
    if (kill(id, kSignals[static_cast<std::size_t>(order_)]) != 0 && errno == EPERM)
        sight_.why = "it may not be signalled: it is another user's";
    if (stops) kill(id, SIGCONT);
}

bool ProcessPlayer::Some::has(pid_t id) const {
    const pid_t* const end = ids + count;
    return std::find(static_cast<const pid_t*>(ids), end, id) != end;
}

void ProcessPlayer::Some::add(pid_t id) {
    if (count < kMost && !has(id)) ids[count++] = id;
}

void ProcessPlayer::watch(pid_t id) {
    if (id == watched_) return;
    stop_watching();
    watched_fd_ = open_process(id);
    watched_ = id;
    if (watched_fd_ < 0 || !poller_.watch(watched_fd_, kReading, *this, Rank::second))
        stop_watching();
}

void ProcessPlayer::stop_watching() {
    if (watched_fd_ >= 0) {
        poller_.unwatch(watched_fd_);
        close(watched_fd_);
    }
    watched_fd_ = -1;
    watched_ = 0;
}

}  // namespace cmagent::platform
