#pragma once
// A daemon in the same thread as its client: step() does what can be done now. It answers each request
// by the test's word, in pieces of any size, and keeps the streams of events open.

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <list>
#include <string>
#include <vector>

namespace cmagent::lib {

inline std::string answer_of(int status, const std::string& body, const std::string& fields = "") {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body;
}

class FakeDaemon {
  public:
    // An answer, or "" for none at all: the connection stays open.
    std::function<std::string(const std::string& line, const std::string& body)> answer =
        [](const std::string&, const std::string&) { return answer_of(404, "{}"); };
    // What is answered instead of a stream.
    std::string no_stream;
    std::size_t piece = 100'000;        // bytes that are sent in one step
    std::vector<std::string> requests;  // "METHOD target", in the order in which they came
    std::vector<std::string> heads;

    explicit FakeDaemon(std::string path) : path_(std::move(path)) { listen(); }
    ~FakeDaemon() { stop(); }

    void listen() {
        listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
        unlink(path_.c_str());
        if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_, 8) != 0) {
            std::abort();
        }
    }
    // As if it were killed.
    void stop() {
        for (Connection& one : connections_) close(one.fd);
        connections_.clear();
        if (listener_ >= 0) close(listener_);
        listener_ = -1;
        unlink(path_.c_str());
    }

    std::string url() const { return "unix:" + path_; }
    // To all streams.
    void tell(const std::string& text) {
        for (Connection& one : connections_) {
            if (one.stream) one.out += text;
        }
    }
    void tell(int id, const std::string& name, const std::string& data) {
        tell("id: " + std::to_string(id) + "\nevent: " + name + "\ndata: " + data + "\n\n");
    }
    void end_streams() {
        for (Connection& one : connections_) one.ends = one.ends || one.stream;
    }
    std::size_t streams() const {
        std::size_t count = 0;
        for (const Connection& one : connections_) count += one.stream && !one.ends ? 1 : 0;
        return count;
    }
    std::size_t asked(const std::string& request) const {
        std::size_t count = 0;
        for (const std::string& one : requests) count += one.rfind(request, 0) == 0 ? 1 : 0;
        return count;
    }

    void step() {
        if (listener_ < 0) return;
        for (int fd = accept(listener_, nullptr, nullptr); fd >= 0;
             fd = accept(listener_, nullptr, nullptr)) {
            fcntl(fd, F_SETFL, O_NONBLOCK);
            connections_.push_back({fd});
        }
        for (auto one = connections_.begin(); one != connections_.end();) {
            read(*one);
            write(*one);
            if (one->ends && one->out.empty()) {
                close(one->fd);
                one = connections_.erase(one);
            } else {
                ++one;
            }
        }
    }

  private:
    struct Connection {
        int fd;
        std::string in = {};
        std::string out = {};
        bool answered = false;
        bool stream = false;
        bool ends = false;
    };

    void read(Connection& one) {
        char bytes[4096];
        ssize_t size = 0;
        while ((size = recv(one.fd, bytes, sizeof bytes, 0)) > 0) {
            one.in.append(bytes, static_cast<std::size_t>(size));
        }
        if (size == 0) {  // the client has gone
            one.ends = true;
            one.out.clear();
        }
        const std::size_t head = one.in.find("\r\n\r\n");
        if (one.answered || head == std::string::npos) return;
        const std::size_t field = one.in.find("Content-Length: ");
        const std::size_t length = field < head ? std::stoul(one.in.substr(field + 16)) : 0;
        if (one.in.size() < head + 4 + length) return;
        one.answered = true;
        const std::string line = one.in.substr(0, one.in.find(" HTTP/"));
        requests.push_back(line);
        heads.push_back(one.in.substr(0, head + 2));
        one.stream = line.rfind("GET /v1/events", 0) == 0 && no_stream.empty();
        if (one.stream) {
            one.out = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n";
        } else if (line.rfind("GET /v1/events", 0) == 0) {
            one.out = no_stream;
        } else {
            one.out = answer(line, one.in.substr(head + 4));
        }
        one.ends = one.ends || (!one.stream && !one.out.empty());
    }

    void write(Connection& one) const {
        if (one.out.empty()) return;
        const std::size_t size = one.out.size() < piece ? one.out.size() : piece;
        const ssize_t sent = send(one.fd, one.out.data(), size, MSG_NOSIGNAL);
        if (sent > 0) one.out.erase(0, static_cast<std::size_t>(sent));
    }

    const std::string path_;
    int listener_ = -1;
    std::list<Connection> connections_;
};

}  // namespace cmagent::lib
