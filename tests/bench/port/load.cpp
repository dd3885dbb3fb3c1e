// Asks for one target as fast as it is answered, over a few kept connections.
//
//   bench_port_load PORT TARGET CONNECTIONS SECONDS      prints the requests a second, and in ms the
//                                                    median, 99th and last percentile from a request to the whole answer

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
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
    std::vector<Clock::time_point> asked(connections.size());
    std::vector<double> ms;
    while (Clock::now() < end) {
        for (std::size_t i = 0; i < connections.size(); ++i) {
            asked[i] = Clock::now();
            if (send(connections[i], request.data(), request.size(), MSG_NOSIGNAL) < 0) return 70;
        }
        for (std::size_t i = 0; i < connections.size(); ++i) {
            read_answer(connections[i], size);
            const std::chrono::duration<double, std::milli> took = Clock::now() - asked[i];
            ms.push_back(took.count());
        }
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    const auto answered = static_cast<double>(ms.size());
    std::sort(ms.begin(), ms.end());
    std::printf("%.0f %.3f %.3f %.3f\n", answered / took.count(), ms[ms.size() / 2],
                ms[ms.size() * 99 / 100], ms.back());
}
