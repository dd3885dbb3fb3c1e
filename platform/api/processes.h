#pragma once

#include <cstddef>
#include <string_view>

namespace cmagent::platform {

// What is told of a process's output (contract.md, "Log").
inline constexpr std::size_t kMaxOutputLine = 200;  // bytes
inline constexpr std::size_t kMaxOutputLines = 20;  // of one run

// Called on the loop's thread, never from within a call of Processes.
class ProcessListener {
  public:
    // The process is gone: by itself with this exit status, or by a signal: its number, negative.
    virtual void on_exit(int status) = 0;
    // A line that it, or a process that it has started, has printed, without its end; any bytes. All
    // that it printed before its end comes before on_exit(). Must not call Processes.
    virtual void on_output(std::string_view line) = 0;

  protected:
    ~ProcessListener() = default;
};

// Commands of the configuration, run as they stand there: no shell, nothing from a request.
class Processes {
  public:
    // Starts `argv` (argv[0] is looked up in PATH; a null pointer ends the list; not kept), in a
    // session and process group of its own, with the default signal handling, no input, and neither a
    // descriptor nor the priority of ours. Never waits: not for the program's file, and not for what
    // it prints. A listener has one process at a time. False: it could not be started (no memory,
    // too many), and no call follows.
    // A program that cannot be executed prints why, and ends with status 127.
    [[nodiscard]] virtual bool start(const char* const* argv, ProcessListener& listener) = 0;

    // Kills the listener's process and every process of its group; no call follows. Harmless when
    // none runs.
    virtual void kill(ProcessListener& listener) = 0;

  protected:
    ~Processes() = default;
};

}  // namespace cmagent::platform
