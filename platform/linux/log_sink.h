#pragma once
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/api/log.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {

// The reader's end of a log, and how it wants its lines. A descriptor is taken as it was given: the
// systemd journal (JOURNAL_STREAM names it) gets the level as `<3>`, the kernel's log (/dev/kmsg)
// that, the facility and our name, everything else the time (RFC 3339, UTC) and the level's name.
// The syslog daemon gets RFC 3164, in datagrams, or in a stream where it listens for nothing else.
class LogSink {
  public:
    // Longer lines are cut, ending in "...": below PIPE_BUF, so that a pipe takes each as a whole,
    // and no longer than the kernel's log takes.
    static constexpr std::size_t kMaxLine = 960;

    // `fd` stays the caller's.
    explicit LogSink(int fd);
    // `socket`, zero-terminated, must live as long as the sink.
    explicit LogSink(const char* socket) : form_(Form::syslog), socket_(socket) {}

    enum class Outcome : std::uint8_t {
        written,
        lost,    // the reader has gone for good, the disk is full
        absent,  // the syslog daemon is not there, and may come
    };
    // Writes a line, and waits for the reader as long as that takes. Control and hidden characters
    // (agent/base/utf8.h) are written as '?'.
    [[nodiscard]] Outcome write(LogLevel level, std::int64_t wall_ms, std::string_view line);
    // Whether write() would not wait, as far as can be known.
    [[nodiscard]] bool is_ready() const;
    [[nodiscard]] bool is_syslog() const { return form_ == Form::syslog; }

  private:
    enum class Form : std::uint8_t { dated, journal, kernel, syslog };

    [[nodiscard]] static Form form_of(int fd);
    [[nodiscard]] Outcome send(const char* text, std::size_t size);
    [[nodiscard]] Outcome to_syslog(const char* text, std::size_t size);
    [[nodiscard]] bool connect();

    Form form_;
    bool torn_ = false;  // the last line broke off: its end is to be written first
    int fd_ = -1;
    const char* socket_ = nullptr;
    Descriptor connection_;  // to the syslog daemon
    bool ends_messages_ = false;
};

}  // namespace cmagent::platform
