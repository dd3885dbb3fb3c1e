#include "platform/linux/log.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "agent/base/characters.h"

namespace cmagent::platform {
namespace {

// How a line for the journal begins (sd-daemon(3)).
constexpr Named<LogLevel> kJournalRows[] = {
    {LogLevel::error, "<3>"},
    {LogLevel::warning, "<4>"},
    {LogLevel::info, "<6>"},
    {LogLevel::debug, "<7>"},
};
constexpr auto kJournalBeginnings = names_of<kJournalRows>();

// JOURNAL_STREAM is "device:inode" of the journal's socket (systemd.exec(5)): a daemon whose
// stderr was redirected since then does not write to the journal.
bool is_journal(int fd) {
    const char* const named = getenv("JOURNAL_STREAM");
    struct stat ours = {};
    if (named == nullptr || fstat(fd, &ours) != 0) return false;
    unsigned long long device = 0;
    unsigned long long inode = 0;
    if (sscanf(named, "%llu:%llu", &device, &inode) != 2) return false;
    return device == ours.st_dev && inode == ours.st_ino;
}

std::size_t write_time(char* into, std::size_t size, std::int64_t wall_ms) {
    const auto seconds = static_cast<time_t>(wall_ms / 1000);
    tm utc = {};
    gmtime_r(&seconds, &utc);
    const std::size_t length = strftime(into, size, "%Y-%m-%dT%H:%M:%S", &utc);
    const auto rest = static_cast<int>(wall_ms % 1000);
    return length + static_cast<std::size_t>(
                        snprintf(into + length, size - length, ".%03dZ ", rest < 0 ? 0 : rest));
}

// False: it would have blocked, or there is nobody to write to.
bool write_now(int fd, const char* text, std::size_t size) {
    ssize_t sent = send(fd, text, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == ENOTSOCK) {
        // Not O_NONBLOCK: that would be set for every process that shares the terminal.
        pollfd writable = {fd, POLLOUT, 0};
        if (poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0) return false;
        sent = ::write(fd, text, size);
    }
    return sent >= 0;
}

}  // namespace

StreamLog::StreamLog(int fd, Clock& clock, LogLevel level)
    : fd_(fd), clock_(clock), level_(level), journal_(is_journal(fd)) {}

void StreamLog::write(LogLevel level, std::string_view line) {
    if (level > level_) return;
    if (dropped_ > 0) {
        char text[48];
        const int size = snprintf(text, sizeof text, "%u lines were dropped", dropped_);
        if (!put(LogLevel::warning, {text, static_cast<std::size_t>(size)})) {
            dropped_++;
            return;
        }
        dropped_ = 0;
    }
    if (!put(level, line)) dropped_++;
}

bool StreamLog::put(LogLevel level, std::string_view line) {
    constexpr std::string_view kCut = "...";
    char text[kMaxLine];
    std::size_t size = 0;
    if (journal_) {
        size = static_cast<std::size_t>(
            snprintf(text, sizeof text, "%s", kJournalBeginnings[level].data()));
    } else {
        size = write_time(text, sizeof text, clock_.wall_ms());
        size += static_cast<std::size_t>(
            snprintf(text + size, sizeof text - size, "%s ", kLogLevelNames[level].data()));
    }
    const std::size_t room = sizeof text - size - 1;
    const bool cut = line.size() > room;
    const std::size_t kept = cut ? room - kCut.size() : line.size();
    for (std::size_t i = 0; i < kept; i++) {
        text[size++] = is_control(line[i]) ? '?' : line[i];
    }
    if (cut) {
        std::memcpy(text + size, kCut.data(), kCut.size());
        size += kCut.size();
    }
    text[size++] = '\n';
    return write_now(fd_, text, size);
}

}  // namespace cmagent::platform
