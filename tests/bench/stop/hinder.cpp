// Hinders the agent until it is killed.
//
//   bench_stop_hinder spin                 has the processor
//   bench_stop_hinder kept PORT            asks GET /v1/sessions as fast as it is answered
//   bench_stop_hinder anew PORT            the same, with a connection for each request
//   bench_stop_hinder heap PORT            the same, and always has many requests on the way
//   bench_stop_hinder listen PORT          reads the events
//   bench_stop_hinder deaf PORT            has asked for the events and does not read them

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace {

int connect_to(int port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const int few = 4096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &few, sizeof few);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::exit(69);
    return fd;
}

void ask(int fd, std::string_view target) {
    const std::string request =
        "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) std::exit(70);
}

// Reads at least one answer, as far as it comes at once; false: the agent has closed.
bool read_some(int fd) {
    char bytes[65536];
    return recv(fd, bytes, sizeof bytes, 0) > 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view manner = argc > 1 ? argv[1] : "";
    if (manner == "spin") {
        for (volatile unsigned turns = 0;; turns = turns + 1) {
        }
    }
    if (argc != 3) return 64;
    const int port = std::atoi(argv[2]);
    int fd = connect_to(port);
    if (manner == "listen" || manner == "deaf") ask(fd, "/v1/events");
    if (manner == "deaf") pause();
    if (manner == "heap") {
        for (int i = 0; i < 50; ++i) ask(fd, "/v1/sessions");
    }
    for (;;) {
        if (manner != "listen") ask(fd, "/v1/sessions");
        const bool open = read_some(fd);
        if (open && manner != "anew") continue;
        if (open || manner == "anew" || manner == "kept") {
            close(fd);
            fd = connect_to(port);
        } else {
            return 0;
        }
    }
}
