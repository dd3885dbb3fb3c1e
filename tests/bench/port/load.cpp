// Asks for one target as fast as it is answered, over a few kept connections.
//
//   bench_port_load PORT TARGET CONNECTIONS SECONDS      prints the requests a second

#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

int connect_to(int port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
    std::perror("connect");
    std::exit(69);
}

std::size_t size_of(std::string_view answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    const std::size_t length = answer.find("Content-Length: ");
    if (end == std::string_view::npos || length == std::string_view::npos) return 0;
    return end + 4 + std::strtoul(answer.data() + length + 16, nullptr, 10);
}

// Reads one answer; the first tells how long they are.
void read_answer(int fd, std::size_t& size) {
    char bytes[65536];
    std::size_t have = 0;
    while (size == 0 || have < size) {
        const ssize_t got = recv(fd, bytes + have, sizeof bytes - have, 0);
        if (got <= 0) std::exit(70);
        have += static_cast<std::size_t>(got);
        if (size == 0) size = size_of({bytes, have});
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 64;
    const std::string request =
        "GET " + std::string(argv[2]) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    std::vector<int> connections;
    for (int i = std::atoi(argv[3]); i > 0; --i)
        connections.push_back(connect_to(std::atoi(argv[1])));

    using Clock = std::chrono::steady_clock;
    const Clock::time_point begin = Clock::now();
    const Clock::time_point end = begin + std::chrono::seconds(std::atoi(argv[4]));
    std::size_t size = 0;
    unsigned long answered = 0;
    while (Clock::now() < end) {
        for (const int fd : connections) {
            if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) return 70;
        }
        for (const int fd : connections) read_answer(fd, size);
        answered += connections.size();
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    std::printf("%.0f\n", static_cast<double>(answered) / took.count());
}
