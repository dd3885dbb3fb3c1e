#pragma once
// For tests: the program cmsim, started on free ports, and clients for it that see every byte.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace cmagent::cmsim {

// How a program ended: its exit status, and what it wrote.
struct Ended {
    int status = -1;
    std::string out;
    std::string err;
};

Ended run_to_the_end(const std::vector<std::string>& arguments);

// A TCP connection to a port of 127.0.0.1. Waits at most 10 s for anything.
class Client {
  public:
    explicit Client(std::uint16_t port);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] bool connected() const { return descriptor_ >= 0; }
    [[nodiscard]] int descriptor() const { return descriptor_; }
    void send(const std::string& bytes) const;
    // Until `size` bytes have come, or the connection has ended.
    std::string receive(std::size_t size);
    // Until the connection has ended; `was_reset` tells how.
    std::string receive_all();
    // Until an answer with Content-Length is whole.
    std::string receive_answer();
    [[nodiscard]] bool was_reset() const { return was_reset_; }
    // That nothing comes, and that the connection still stands, within the time.
    [[nodiscard]] bool is_silent(int milliseconds) const;

  private:
    bool receive_some();

    int descriptor_;
    bool was_reset_ = false;
    std::string received_;
};

// The bytes of a request by demo-app, or by another application.
std::string request_text(const std::string& method, const std::string& target,
                         const std::string& form = "", const std::string& application = "demo-app");

class RunningCmsim {
  public:
    // Adds --listen and --control on free ports of 127.0.0.1.
    explicit RunningCmsim(std::vector<std::string> arguments);
    ~RunningCmsim();
    RunningCmsim(const RunningCmsim&) = delete;
    RunningCmsim& operator=(const RunningCmsim&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] pid_t process() const { return process_; }

    // One call on a connection of its own; the whole answer. Without TLS only.
    std::string call(const std::string& request) const;
    // Of the control port: the body of the answer.
    std::string control(const std::string& method, const std::string& path,
                        const std::string& body = "") const;

    // Waits for the end; the exit status.
    int wait();

  private:
    pid_t process_ = -1;
    int output_ = -1;
    std::uint16_t port_ = 0;
    std::uint16_t control_port_ = 0;
};

}  // namespace cmagent::cmsim
