// Players in mpv's manner: each answers what it is asked, and notes when it was told to stop.

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "tests/bench/stop/slots.h"

namespace bench {
namespace {

void answer(int fd, unsigned number, const std::string& line) {
    std::string text;
    if (line.find("get_property") != std::string::npos) {
        const std::size_t id = line.find("\"request_id\":");
        text = std::string("{\"data\":") + (slots[number].plays ? "false" : "true") + "," +
               line.substr(id, line.find('}', id) - id) + ",\"error\":\"success\"}\n";
    } else if (line.find("\"stop\"") != std::string::npos) {
        text = "{\"request_id\":0,\"error\":\"success\"}\n";
    }
    if (!text.empty()) (void)send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}

void talk(int fd, unsigned number) {
    std::string lines;
    char bytes[4096];
    for (;;) {
        const ssize_t size = recv(fd, bytes, sizeof bytes, 0);
        const std::int64_t at = now_ns();
        if (size <= 0) return;
        lines.append(bytes, static_cast<std::size_t>(size));
        if (lines.find("\"stop\"") != std::string::npos && slots[number].plays.exchange(false))
            note(number, at);
        for (std::size_t end = 0; (end = lines.find('\n')) != std::string::npos;) {
            answer(fd, number, lines.substr(0, end));
            lines.erase(0, end + 1);
        }
    }
}

void listen_on(const std::string& path, unsigned number) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listening, 4) != 0)
        std::abort();
    std::thread([listening, number] {
        for (;;) {
            const int fd = accept(listening, nullptr, nullptr);
            talk(fd, number);
            close(fd);
        }
    }).detach();
}

}  // namespace

void start_players(const std::string& folder) {
    for (unsigned i = 0; i < kSlots; ++i) listen_on(folder + "/" + std::to_string(i) + ".sock", i);
}

}  // namespace bench
