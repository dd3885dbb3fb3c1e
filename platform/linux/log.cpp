#include "platform/linux/log.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "agent/base/text_writer.h"
#include "platform/linux/canary.h"
#include "platform/linux/priority.h"

namespace cmagent::platform {
namespace {

// The C library's answers about time and zone, and a line.
constexpr std::size_t kStackBytes = std::size_t{128} * 1024;
// Between two questions whether the syslog daemon is there.
constexpr std::int64_t kFirstPauseMs = 100;
constexpr std::int64_t kLongestPauseMs = 10'000;
constexpr std::int64_t kLastMs = 500;  // for the last lines

}  // namespace

QueuedLog::QueuedLog(LogSink sink, Clock& clock) : sink_(std::move(sink)), clock_(clock) {}

QueuedLog::~QueuedLog() {
    if (!started_) return;
    {
        Lock lock(mutex_);
        stopping_ = true;
        changed_.tell();
    }
    pthread_join(thread_, nullptr);
}

bool QueuedLog::start() {
    started_ = started_ || start_thread(thread_, kStackBytes, thread, this);
    return started_;
}

void QueuedLog::write(LogLevel level, std::string_view text) {
    const bool trouble = level <= LogLevel::warning;
    const std::size_t room = kRoom - (trouble ? 0 : kRoomOfTrouble);
    Line line = {clock_.wall_ms(), 0, 0, level};
    line.size = static_cast<std::uint16_t>(std::min(text.size(), LogSink::kMaxLine));
    {
        Lock lock(mutex_);
        if (used_ + sizeof line + line.size > room) {
            dropped_++;
            lost_in_all_++;
        } else {
            line.dropped = dropped_;
            dropped_ = 0;
            put(&line, sizeof line);
            put(text.data(), line.size);
        }
    }
    // What ends the start, where syslog may never be read (contract.md, "Log").
    if (started_ || level != LogLevel::error || !sink_.is_syslog()) return;
    LogSink also(STDERR_FILENO);
    if (also.is_ready()) (void)also.write(level, line.wall_ms, text);
}

void QueuedLog::flush() {
    Lock lock(mutex_);
    if (due_ || (used_ == 0 && dropped_ == 0)) return;
    due_ = true;
    changed_.tell();
}

void QueuedLog::finish() {
    flush();
    if (!start()) return write_without_waiting();
    const Deadline deadline(kLastMs);
    Lock lock(mutex_);
    while ((due_ || busy_) && changed_.wait_until(mutex_, deadline)) {
    }
}

// --- the ring ---

void QueuedLog::put(const void* bytes, std::size_t size) {
    const char* const from = static_cast<const char*>(bytes);
    const std::size_t at = (begin_ + used_) % kRoom;
    const std::size_t first = std::min(size, kRoom - at);
    std::memcpy(ring_ + at, from, first);
    std::memcpy(ring_, from + first, size - first);
    used_ += size;
}

void QueuedLog::take(void* bytes, std::size_t size) {
    char* const into = static_cast<char*>(bytes);
    const std::size_t first = std::min(size, kRoom - begin_);
    std::memcpy(into, ring_ + begin_, first);
    std::memcpy(into + first, ring_, size - first);
    used_ -= size;
    begin_ = used_ == 0 ? 0 : (begin_ + size) % kRoom;  // the same page again and again
}

// False: the ring is empty. What was dropped is the writer's from then on.
bool QueuedLog::next(Line& line, char* text) {
    const bool some = used_ > 0;
    if (some) {
        take(&line, sizeof line);
        take(text, line.size);
    }
    lost_ += some ? line.dropped : dropped_;
    if (!some) dropped_ = 0;
    return some;
}

// --- the thread ---

CMAGENT_BEGINS_THREAD void* QueuedLog::thread(void* self) {
    cmagent_take_canary();
    leave_realtime();
    static_cast<QueuedLog*>(self)->work();
    return nullptr;
}

void QueuedLog::work() {
    Lock lock(mutex_);
    while (!stopping_) {
        while (!due_ && !stopping_) changed_.wait(mutex_);
        due_ = false;
        busy_ = true;
        Line line = {};
        char text[LogSink::kMaxLine];
        while (next(line, text)) {
            const bool told = tell_lost() && deliver(line.level, line.wall_ms, {text, line.size});
            lost_ += told ? 0 : 1;
            lost_in_all_ += told ? 0 : 1;
        }
        (void)tell_lost();
        busy_ = false;
        changed_.tell();
    }
}

bool QueuedLog::tell_lost() {
    if (lost_ == 0) return true;
    char text[48];
    TextWriter loss(text);
    loss << lost_ << " lines were dropped";
    if (!deliver(LogLevel::warning, clock_.wall_ms(), loss.view())) return false;
    lost_ = 0;
    return true;
}

// Called with the mutex, and without it while the reader is waited for. A syslog daemon that is not
// there is waited for as long as the process lives.
bool QueuedLog::deliver(LogLevel level, std::int64_t wall_ms, std::string_view text) {
    std::int64_t pause_ms = kFirstPauseMs;
    for (;;) {
        mutex_.unlock();
        const LogSink::Outcome outcome = sink_.write(level, wall_ms, text);
        mutex_.lock();
        if (outcome != LogSink::Outcome::absent) return outcome == LogSink::Outcome::written;
        const Deadline again(pause_ms);
        while (!stopping_ && changed_.wait_until(mutex_, again)) {
        }
        if (stopping_) return false;
        pause_ms = std::min(2 * pause_ms, kLongestPauseMs);
    }
}

void QueuedLog::write_without_waiting() {
    Lock lock(mutex_);
    Line line = {};
    char text[LogSink::kMaxLine];
    while (next(line, text) && sink_.is_ready()) {
        (void)sink_.write(line.level, line.wall_ms, {text, line.size});
    }
}

}  // namespace cmagent::platform
