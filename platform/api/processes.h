#pragma once

namespace cmagent::platform {

class ProcessListener {
  public:
    // The process is gone: by itself with this exit status, or -1 when a signal ended it. On the
    // loop's thread, never from within a call of Processes.
    virtual void on_exit(int status) = 0;

  protected:
    ~ProcessListener() = default;
};

// Commands of the configuration, run as they stand there: no shell, nothing from a request.
class Processes {
  public:
    // Starts `argv` (argv[0] is looked up in PATH; a null pointer ends the list; not kept), in a
    // process group of its own, with the default signal handling, no input and no descriptor of
    // ours but the log's. A listener has one process at a time. False: it could not be started
    // (missing, no memory, too many), and no call follows.
    [[nodiscard]] virtual bool start(const char* const* argv, ProcessListener& listener) = 0;

    // Kills the listener's process and every process of its group; no call follows. Harmless when
    // none runs.
    virtual void kill(ProcessListener& listener) = 0;

  protected:
    ~Processes() = default;
};

}  // namespace cmagent::platform
