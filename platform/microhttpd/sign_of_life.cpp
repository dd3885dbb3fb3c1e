#include "platform/microhttpd/sign_of_life.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <string_view>

namespace cmagent::platform {

Sign sign_of_life(int fd) {
    char byte = 0;
    const ssize_t size = recvfrom(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT, nullptr, nullptr);
    if (size > 0) return Sign::talking;
    if (size == 0) return Sign::half_closed;
    return errno == EAGAIN || errno == EINTR ? Sign::silent : Sign::broken;
}

bool send_probe(int fd) {
    constexpr std::string_view kProbe = "HTTP/1.1 100 Continue\r\n\r\n";
    return send(fd, kProbe.data(), kProbe.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(kProbe.size());
}

std::size_t unacknowledged_bytes(int fd) {
    int bytes = 0;
    return ioctl(fd, TIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

}  // namespace cmagent::platform
