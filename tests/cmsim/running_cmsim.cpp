#include "tests/cmsim/running_cmsim.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>

namespace cmagent::cmsim {
namespace {

constexpr int kPatience = 10'000;  // ms; only a broken program is waited for so long

struct Pipe {
    int ends[2];
    Pipe() {
        if (pipe(ends) != 0) throw std::runtime_error("pipe");
    }
};

std::vector<std::string> command() {
    std::vector<std::string> words;
    for (const char c : std::string(CMSIM)) {
        if (c == '|') {
            words.emplace_back();
        } else {
            words.back().push_back(c);
        }
    }
    return words;
}

pid_t spawn(const std::vector<std::string>& arguments, const Pipe& out, const Pipe* err) {
    std::vector<std::string> words = command();
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t process = fork();
    if (process != 0) return process;
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nothing behind
    dup2(out.ends[1], STDOUT_FILENO);
    close(out.ends[0]);
    if (err != nullptr) dup2(err->ends[1], STDERR_FILENO);
    execvp(argv[0], argv.data());
    _exit(127);
}

bool readable(int descriptor, int milliseconds) {
    pollfd waiting{descriptor, POLLIN, 0};
    return poll(&waiting, 1, milliseconds) > 0;
}

std::string read_to_the_end(int descriptor) {
    std::string text;
    char block[1024];
    for (;;) {
        const ssize_t count = read(descriptor, block, sizeof block);
        if (count <= 0) break;
        text.append(block, static_cast<std::size_t>(count));
    }
    close(descriptor);
    return text;
}

int exit_status(pid_t process) {
    int status = 0;
    waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::uint16_t port_after(const std::string& line, const std::string& mark) {
    const std::size_t at = line.find(mark);
    if (at == std::string::npos) throw std::runtime_error("cmsim is not ready: " + line);
    return static_cast<std::uint16_t>(std::atoi(line.c_str() + at + mark.size()));
}

}  // namespace

Ended run_to_the_end(const std::vector<std::string>& arguments) {
    const Pipe out;
    const Pipe err;
    const pid_t process = spawn(arguments, out, &err);
    close(out.ends[1]);
    close(err.ends[1]);
    Ended ended;
    ended.out = read_to_the_end(out.ends[0]);
    ended.err = read_to_the_end(err.ends[0]);
    ended.status = exit_status(process);
    return ended;
}

Client::Client(std::uint16_t port) : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        close(descriptor_);
        descriptor_ = -1;
    }
}

Client::~Client() {
    if (descriptor_ >= 0) close(descriptor_);
}

void Client::send(const std::string& bytes) const {
    ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

bool Client::receive_some() {
    if (!readable(descriptor_, kPatience)) throw std::runtime_error("nothing came");
    char block[4096];
    const ssize_t count = recv(descriptor_, block, sizeof block, 0);
    was_reset_ = count < 0 && errno == ECONNRESET;
    if (count <= 0) return false;
    received_.append(block, static_cast<std::size_t>(count));
    return true;
}

std::string Client::receive(std::size_t size) {
    while (received_.size() < size && receive_some()) {
    }
    const std::string result = received_.substr(0, size);
    received_.erase(0, size);
    return result;
}

std::string Client::receive_all() {
    while (receive_some()) {
    }
    return std::move(received_);
}

std::string Client::receive_answer() {
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
        if (!receive_some()) return std::move(received_);
    }
    const std::string name = "Content-Length: ";
    const std::size_t at = received_.find(name);
    const bool has_length = at < end;
    const int length = has_length ? std::atoi(received_.c_str() + at + name.size()) : 0;
    return receive(end + 4 + static_cast<std::size_t>(length));
}

bool Client::is_silent(int milliseconds) const {
    return !readable(descriptor_, milliseconds);
}

std::string request_text(const std::string& method, const std::string& target,
                         const std::string& form, const std::string& application) {
    // curl's user:password in base64, for the applications that the tests use.
    const std::string user = application == "demo-app" ? "ZGVtby1hcHA6" : "ZGVtby1maWZvOg==";
    std::string text = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" +
                       "Authorization: Basic " + user + "\r\n";
    if (!form.empty()) {
        text += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                std::to_string(form.size()) + "\r\n";
    }
    return text + "\r\n" + form;
}

RunningCmsim::RunningCmsim(std::vector<std::string> arguments) {
    for (const char* option : {"--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"}) {
        arguments.emplace_back(option);
    }
    const Pipe out;
    process_ = spawn(arguments, out, nullptr);
    close(out.ends[1]);
    output_ = out.ends[0];
    std::string ready_line;
    char c = '\0';
    while (c != '\n' && readable(output_, kPatience) && read(output_, &c, 1) == 1) {
        ready_line.push_back(c);
    }
    port_ = port_after(ready_line, "localhost:");
    control_port_ = port_after(ready_line, "http://127.0.0.1:");
}

RunningCmsim::~RunningCmsim() {
    if (process_ > 0) {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    close(output_);
}

std::string RunningCmsim::call(const std::string& request) const {
    Client client(port_);
    client.send(request);
    return client.receive_answer();
}

std::string RunningCmsim::control(const std::string& method, const std::string& path,
                                  const std::string& body) const {
    Client client(control_port_);
    client.send(method + " /control" + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    const std::string answer = client.receive_answer();
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

int RunningCmsim::wait() {
    const int status = exit_status(process_);
    process_ = -1;
    return status;
}

}  // namespace cmagent::cmsim
