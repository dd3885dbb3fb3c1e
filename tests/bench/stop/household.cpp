// The UI: begins a session on every player that has stopped.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/bench/stop/slots.h"

namespace bench {
namespace {

std::mutex mutex;
std::vector<std::int64_t> latencies;

int connect_to(std::uint16_t port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
    return fd;
}

// The status of the answer.
int post(int fd, const std::string& body) {
    const std::string request =
        "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) std::abort();
    std::string answer;
    std::size_t whole = SIZE_MAX;
    while (answer.size() < whole) {
        char bytes[65536];
        const ssize_t size = recv(fd, bytes, sizeof bytes, 0);
        if (size <= 0) std::abort();
        answer.append(bytes, static_cast<std::size_t>(size));
        const std::size_t end = answer.find("\r\n\r\n");
        const std::size_t length = answer.find("Content-Length: ");
        if (end != std::string::npos && length < end)
            whole = end + 4 + std::strtoul(answer.c_str() + length + 16, nullptr, 10);
    }
    return std::atoi(answer.c_str() + 9);
}

std::string body_of(const std::string& subject, unsigned slot) {
    return R"({"idp":"mvpd","subject":")" + subject + R"(","player":"p)" + std::to_string(slot) +
           R"(","metadata":{"slot":")" + std::to_string(slot) + R"("}})";
}

// A viewer whose start is refused by the longest body that is taken, again and again.
void be_refused(std::uint16_t port) {
    const int fd = connect_to(port);
    for (unsigned i = 0;; ++i) {
        (void)post(fd, R"({"idp":"mvpd","subject":"hostile)" + std::to_string(i) + R"("})");
    }
}

}  // namespace

void note(unsigned slot, std::int64_t at_ns) {
    const std::lock_guard lock(mutex);
    const std::int64_t told = slots[slot].told_ns.exchange(0);
    slots[slot].stopped = true;
    if (told != 0) latencies.push_back(at_ns - told);
}

std::size_t noted() {
    const std::lock_guard lock(mutex);
    return latencies.size();
}

void play(Manner manner, std::uint16_t port, std::size_t count) {
    if (manner == Manner::hostile) std::thread(be_refused, port).detach();
    const int fd = connect_to(port);
    for (unsigned round = 0; noted() < count; ++round) {
        for (unsigned i = 0; i < kSlots; ++i) {
            Slot& slot = slots[i];
            if (!slot.stopped) continue;
            slot.granted = slot.stopped = false;
            slot.plays = true;
            const std::string subject = manner == Manner::together
                                            ? "home"
                                            : "v" + std::to_string(i) + "-" + std::to_string(round);
            const int status = post(fd, body_of(subject, i));
            slot.granted = status == 201;
            if (status == 201) continue;
            std::fprintf(stderr, "a start is refused: %d\n", status);
            slot.stopped = true;
        }
        usleep(2'000);
    }
    const std::lock_guard lock(mutex);
    for (const std::int64_t latency : latencies)
        std::printf("%.1f\n", static_cast<double>(latency) / 1e3);
}

}  // namespace bench
