#pragma once
#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "platform/api/clock.h"
#include "platform/api/log.h"
#include "platform/linux/log_sink.h"
#include "platform/linux/thread.h"

namespace cmagent::platform {

// Lines wait in memory, and a thread of their own writes them: whatever the reader of a log does,
// the loop never waits for it. No way to write is certain not to: a terminal waits although it is
// non-blocking for us alone, a file waits for its disk. What finds no room is dropped, counted, and
// told when there is room again.
class QueuedLog final : public Log {
  public:
    // Some eighty lines: a start with many warnings before anything reads them.
    static constexpr std::size_t kRoom = 8192;
    // Of it, for errors and warnings alone.
    static constexpr std::size_t kRoomOfTrouble = 2048;

    // Until start() nothing is written. `clock` must outlive the log.
    QueuedLog(LogSink sink, Clock& clock);
    // Waits for the line that is being written. The daemon's is never destroyed.
    ~QueuedLog();

    // Starts the thread, as the user that the process is by now. False: the system refused; finish()
    // then writes what it can without waiting.
    [[nodiscard]] bool start();

    void write(LogLevel level, std::string_view line) override;
    // Lines that found no room, or were not taken: since the start, told or not.
    [[nodiscard]] std::uint32_t lost() const { return lost_in_all_; }
    // All lines so far are to be written: the turn of the loop is over.
    void flush();
    // The same, and waits until they are, half a second at most: the process ends.
    void finish();

  private:
    struct Line {
        std::int64_t wall_ms;
        std::uint32_t dropped;  // lines before this one
        std::uint16_t size;
        LogLevel level;
    };

    static void* thread(void* self);
    void work();
    void put(const void* bytes, std::size_t size);
    void take(void* bytes, std::size_t size);
    [[nodiscard]] bool next(Line& line, char* text);
    [[nodiscard]] bool deliver(LogLevel level, std::int64_t wall_ms, std::string_view text);
    [[nodiscard]] bool tell_lost();
    void write_without_waiting();

    LogSink sink_;
    Clock& clock_;
    std::atomic<std::uint32_t> lost_in_all_{0};
    pthread_t thread_ = {};
    bool started_ = false;
    std::uint32_t lost_ = 0;  // the writer's: lines that were dropped or not taken, to be told

    Mutex mutex_;  // guards all below
    Condition changed_;
    bool due_ = false;   // flush() was called
    bool busy_ = false;  // the thread is writing
    bool stopping_ = false;
    std::uint32_t dropped_ = 0;  // since the last line in the ring
    std::size_t begin_ = 0;
    std::size_t used_ = 0;
    char ring_[kRoom];
};

}  // namespace cmagent::platform
