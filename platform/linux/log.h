#pragma once
#include <cstddef>

#include "platform/api/clock.h"
#include "platform/api/log.h"

namespace cmagent::platform {

// Lines on a descriptor, as a rule stderr. Read by systemd's journal (JOURNAL_STREAM names the
// descriptor), a line starts with its level as `<3>`; elsewhere with the time (RFC 3339, UTC) and
// the level's name. When the reader does not keep up, lines are dropped and later counted in a line
// of their own: the loop does not wait for a log. A serial console that is merely slow slows the
// loop down.
class StreamLog final : public Log {
  public:
    // Longer lines are cut, ending in "...". Below PIPE_BUF, so that a pipe takes each as a whole.
    static constexpr std::size_t kMaxLine = 1024;

    StreamLog(int fd, Clock& clock);

    // Control and hidden characters (agent/base/utf8.h) are written as '?'.
    void write(LogLevel level, std::string_view line) override;

  private:
    [[nodiscard]] bool put(LogLevel level, std::string_view line);

    int fd_;
    Clock& clock_;
    bool journal_;
    unsigned dropped_ = 0;
};

}  // namespace cmagent::platform
