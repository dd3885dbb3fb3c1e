#pragma once
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"

namespace cmagent::platform {

// A process as /proc tells of it, proc(5).
struct ProcessState {
    static constexpr std::size_t kMaxCommand = 15;  // TASK_COMM_LEN: the kernel cuts the rest

    pid_t id = 0;
    pid_t parent = 0;
    // It runs, or would: neither a zombie nor a thread of the kernel, which no signal ends. One
    // whose first thread has ended while others play on looks like a zombie, and lives.
    bool lives = false;
    std::int64_t began_s = 0;   // since boot
    Text<kMaxCommand> command;  // of a script, the script's
};

// False: no process has this number, or /proc hides it.
[[nodiscard]] bool read_process(pid_t id, ProcessState& into);

enum class Naming : std::uint8_t {
    none,
    program,
    script,  // what it has begun plays for it, and goes on when it has ended
};

// Whether `name` is the file name of its program: by the file that runs (also where an upgrade has
// put another in its place), by its first word, by its command, or, of an interpreter, by the
// script. The file of a program of many names (busybox) names nothing.
[[nodiscard]] Naming naming_of(const ProcessState& process, std::string_view name);

// The numbers of all processes, in rising order. Not opendir(3), which allocates.
class ProcessIds {
  public:
    ProcessIds();
    ~ProcessIds();
    ProcessIds(const ProcessIds&) = delete;
    ProcessIds& operator=(const ProcessIds&) = delete;

    // 0: there are no more.
    [[nodiscard]] pid_t next();

  private:
    const int folder_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
    alignas(std::uint64_t) char entries_[1024];  // the largest has 280 bytes
};

}  // namespace cmagent::platform
