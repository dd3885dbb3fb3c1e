#include "platform/linux/log.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"

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

void write_time(TextWriter& out, std::int64_t wall_ms) {
    const auto seconds = static_cast<time_t>(wall_ms / 1000);
    tm utc = {};
    gmtime_r(&seconds, &utc);
    char text[32];
    out << std::string_view(text, strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc));
    const auto rest = static_cast<int>(wall_ms % 1000);
    snprintf(text, sizeof text, ".%03dZ ", rest < 0 ? 0 : rest);
    out << text;
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

StreamLog::StreamLog(int fd, Clock& clock) : fd_(fd), clock_(clock), journal_(is_journal(fd)) {}

void StreamLog::write(LogLevel level, std::string_view line) {
    if (dropped_ > 0) {
        char text[48];
        TextWriter loss(text);
        loss << dropped_ << " lines were dropped";
        if (!put(LogLevel::warning, loss.view())) {
            dropped_++;
            return;
        }
        dropped_ = 0;
    }
    if (!put(level, line)) dropped_++;
}

bool StreamLog::put(LogLevel level, std::string_view line) {
    char text[kMaxLine];
    TextWriter out({text, sizeof text - 1}, WhenFull::mark);  // the last byte ends the line
    if (journal_) {
        out << kJournalBeginnings[level];
    } else {
        write_time(out, clock_.wall_ms());
        out << kLogLevelNames[level] << ' ';
    }
    while (!line.empty()) {
        const std::size_t unprintable = unprintable_length(line);
        out << (unprintable > 0 ? '?' : line.front());
        line.remove_prefix(unprintable > 0 ? unprintable : 1);
    }
    const std::size_t size = out.view().size();
    text[size] = '\n';
    return write_now(fd_, text, size + 1);
}

}  // namespace cmagent::platform
