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

void ask(int fd, const std::string& body) {
    const std::string request =
        "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    (void)send(fd, request.data(), request.size(), MSG_NOSIGNAL);
}

// The status of the answer, and the end of the connection; 0: it was closed, for another caller's.
int read_answer(int fd) {
    std::string answer;
    std::size_t whole = SIZE_MAX;
    while (answer.size() < whole) {
        char bytes[65536];
        const ssize_t size = recv(fd, bytes, sizeof bytes, 0);
        if (size <= 0) break;
        answer.append(bytes, static_cast<std::size_t>(size));
        const std::size_t end = answer.find("\r\n\r\n");
        const std::size_t length = answer.find("Content-Length: ");
        if (end != std::string::npos && length < end)
            whole = end + 4 + std::strtoul(answer.c_str() + length + 16, nullptr, 10);
    }
    close(fd);
    return answer.size() < 12 ? 0 : std::atoi(answer.c_str() + 9);
}

std::string body_of(const std::string& subject, unsigned slot) {
    return R"({"idp":"mvpd","subject":")" + subject + R"(","player":"p)" + std::to_string(slot) +
           R"(","metadata":{"slot":")" + std::to_string(slot) + R"("}})";
}

bool begin(std::uint16_t port, unsigned number, const std::string& subject) {
    Slot& slot = slots[number];
    slot.granted = slot.stopped = false;
    slot.plays = true;
    const int fd = connect_to(port);
    ask(fd, body_of(subject, number));
    const int status = read_answer(fd);
    slot.granted = status == 201;
    slot.stopped = slot.stopped || status != 201;
    if (status != 201 && status != 0) std::fprintf(stderr, "a start is refused: %d\n", status);
    return status == 201;
}

// A viewer whose start is refused by the longest body that is taken, again and again.
void be_refused(std::uint16_t port) {
    for (unsigned i = 0;; ++i) {
        const int fd = connect_to(port);
        ask(fd, R"({"idp":"mvpd","subject":"hostile)" + std::to_string(i) + R"("})");
        (void)read_answer(fd);
    }
}

void play_all(std::uint16_t port, bool one_subject, std::size_t count) {
    for (unsigned round = 0; noted() < count; ++round) {
        for (unsigned i = 0; i < kSlots; ++i) {
            const std::string own = "v" + std::to_string(i) + "-" + std::to_string(round);
            if (slots[i].stopped) (void)begin(port, i, one_subject ? "home" : own);
        }
        usleep(2'000);
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
    play_all(port, manner == Manner::together, count);
    const std::lock_guard lock(mutex);
    for (const std::int64_t latency : latencies)
        std::printf("%.1f\n", static_cast<double>(latency) / 1e3);
}

}  // namespace bench
