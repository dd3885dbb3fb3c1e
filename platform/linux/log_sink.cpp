#include "platform/linux/log_sink.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"

namespace cmagent::platform {
namespace {

constexpr int kDaemon = 3 << 3;  // the facility (RFC 3164 §4.1.1)
// Before a line is tried again that the descriptor said it could take, and did not.
constexpr int kPauseMs = 10;
constexpr int kSeverity[] = {3, 4, 6, 7};  // of each LogLevel (likewise)

// JOURNAL_STREAM is "device:inode" of the journal's socket (systemd.exec(5)): a daemon whose
// stderr was redirected since then does not write to the journal.
bool is_journal(const struct stat& ours) {
    const char* const named = getenv("JOURNAL_STREAM");
    unsigned long long device = 0;
    unsigned long long inode = 0;
    if (named == nullptr || sscanf(named, "%llu:%llu", &device, &inode) != 2) return false;
    return device == ours.st_dev && inode == ours.st_ino;
}

// RFC 3339 in UTC, or local time as RFC 3164 §4.1.2 wants it; the program sets no locale.
void write_time(TextWriter& out, std::int64_t wall_ms, bool local) {
    const auto seconds = static_cast<time_t>(wall_ms / 1000);
    tm time = {};
    (local ? localtime_r : gmtime_r)(&seconds, &time);
    char text[32];
    const char* const format = local ? "%b %e %H:%M:%S " : "%Y-%m-%dT%H:%M:%S";
    out << std::string_view(text, strftime(text, sizeof text, format, &time));
    if (local) return;
    const auto rest = static_cast<int>(wall_ms % 1000);
    snprintf(text, sizeof text, ".%03dZ ", rest < 0 ? 0 : rest);
    out << text;
}

void write_printable(TextWriter& out, std::string_view line) {
    while (!line.empty()) {
        const std::size_t unprintable = unprintable_length(line);
        out << (unprintable > 0 ? '?' : line.front());
        line.remove_prefix(unprintable > 0 ? unprintable : 1);
    }
}

}  // namespace

LogSink::LogSink(int fd) : form_(form_of(fd)), fd_(fd) {}

LogSink::Form LogSink::form_of(int fd) {
    struct stat ours = {};
    if (fstat(fd, &ours) != 0) return Form::dated;
    if (is_journal(ours)) return Form::journal;
    const bool kernel = S_ISCHR(ours.st_mode) && ours.st_rdev == makedev(1, 11);
    return kernel ? Form::kernel : Form::dated;
}

LogSink::Outcome LogSink::write(LogLevel level, std::int64_t wall_ms, std::string_view line) {
    char text[kMaxLine + 1];
    text[0] = '\n';
    TextWriter out({text + 1, kMaxLine - 1}, WhenFull::mark);  // the last byte ends the line
    const int facility = form_ == Form::journal ? 0 : kDaemon;
    if (form_ != Form::dated) out << '<' << (facility | kSeverity[static_cast<int>(level)]) << '>';
    if (form_ == Form::syslog) write_time(out, wall_ms, true);
    if (facility != 0 && form_ != Form::dated) out << "cmagentd[" << getpid() << "]: ";
    if (form_ == Form::dated) {
        write_time(out, wall_ms, false);
        out << kLogLevelNames[level] << ' ';
    }
    write_printable(out, line);
    const std::size_t size = out.view().size();
    text[size + 1] = form_ == Form::syslog ? '\0' : '\n';
    if (form_ == Form::syslog) return to_syslog(text + 1, size);
    return torn_ ? send(text, size + 2) : send(text + 1, size + 1);
}

bool LogSink::is_ready() const {
    if (form_ == Form::syslog) return false;
    // Its poll(2) knows readers only, and never says POLLOUT: a write to it does not wait.
    if (form_ == Form::kernel) return true;
    pollfd writable = {fd_, POLLOUT, 0};
    return poll(&writable, 1, 0) == 1 && (writable.revents & POLLOUT) != 0;
}

// A descriptor may be non-blocking, because somebody who shares it wants it so.
LogSink::Outcome LogSink::send(const char* text, std::size_t size) {
    std::size_t sent = 0;
    while (sent < size) {
        const ssize_t more = ::write(fd_, text + sent, size - sent);
        if (more > 0) {
            sent += static_cast<std::size_t>(more);
        } else if (more < 0 && errno == EAGAIN) {
            pollfd writable = {fd_, POLLOUT, 0};
            poll(&writable, 1, -1);
            poll(nullptr, 0, kPauseMs);
        } else if (more == 0 || errno != EINTR) {
            break;
        }
    }
    torn_ = sent < size && (torn_ || sent > 0);
    return sent == size ? Outcome::written : Outcome::lost;
}

bool LogSink::connect() {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket_, sizeof address.sun_path - 1);
    for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
        connection_.reset(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
        ends_messages_ = type == SOCK_STREAM;
        const auto* const to = reinterpret_cast<const sockaddr*>(&address);
        if (::connect(connection_.get(), to, sizeof address) == 0) return true;
        if (errno != EPROTOTYPE) break;
    }
    connection_.reset();
    return false;
}

// In a stream each message ends with a zero, as those of syslog(3) do: `text` has one behind it.
LogSink::Outcome LogSink::to_syslog(const char* text, std::size_t size) {
    // The connection of a daemon that was restarted is found dead by the first line after that.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (!connection_.valid() && !connect()) return Outcome::absent;
        const ssize_t sent =
            ::send(connection_.get(), text, size + (ends_messages_ ? 1 : 0), MSG_NOSIGNAL);
        if (sent >= 0) return Outcome::written;
        if (errno == EMSGSIZE) return Outcome::lost;
        connection_.reset();
    }
    return Outcome::absent;
}

}  // namespace cmagent::platform
