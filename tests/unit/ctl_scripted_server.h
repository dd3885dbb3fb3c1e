#pragma once
// A daemon that says what a test wants: one connection after the other, each answered with the next
// text of the script and closed.

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cmagent::ctl {

// An answer as the daemon gives it.
inline std::string answer(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

class ScriptedServer {
  public:
    // At a port that the system chooses, or at a unix socket.
    explicit ScriptedServer(std::vector<std::string> script, std::string path = "")
        : script_(std::move(script)), path_(std::move(path)) {
        path_.empty() ? listen_tcp() : listen_unix();
        thread_ = std::thread([this] { serve(); });
    }
    ~ScriptedServer() {
        finish();
        close(listener_);
        if (!path_.empty()) unlink(path_.c_str());
    }

    // Waits until the whole script was played.
    void finish() {
        if (thread_.joinable()) thread_.join();
    }

    // What came, request by request. After finish().
    std::vector<std::string> requests;

    std::string url() const {
        return path_.empty() ? "http://127.0.0.1:" + std::to_string(port_) : "unix:" + path_;
    }

  private:
    void listen_tcp() {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        listen_at(reinterpret_cast<const sockaddr*>(&address), size);
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }

    void listen_unix() {
        listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
        unlink(path_.c_str());
        listen_at(reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }

    void listen_at(const sockaddr* address, socklen_t size) {
        if (bind(listener_, address, size) != 0 || listen(listener_, 8) != 0) {
            std::perror("cannot listen");
            std::abort();
        }
    }

    void serve() {
        for (const std::string& answer : script_) {
            const int connection = accept(listener_, nullptr, nullptr);
            requests.push_back(read_request(connection));
            send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
            close(connection);
        }
    }

    static std::string read_request(int connection) {
        std::string request;
        char byte = 0;
        while (request.find("\r\n\r\n") == std::string::npos &&
               recv(connection, &byte, 1, 0) == 1) {
            request += byte;
        }
        const std::string field = "Content-Length: ";
        const std::size_t at = request.find(field);
        std::size_t left =
            at == std::string::npos ? 0 : std::stoul(request.substr(at + field.size()));
        while (left-- > 0 && recv(connection, &byte, 1, 0) == 1) request += byte;
        return request;
    }

    const std::vector<std::string> script_;
    const std::string path_;
    int listener_ = -1;
    int port_ = 0;
    std::thread thread_;
};

}  // namespace cmagent::ctl
