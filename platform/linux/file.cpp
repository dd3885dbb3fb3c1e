#include "platform/linux/file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "platform/linux/descriptor.h"

namespace cmagent::platform {
namespace {

constexpr int kPipeMs = 1'000;  // for the next bytes

}  // namespace

FileText read_file(const char* name, Buffer into) {
    // A pipe in its place, which nobody may ever write to, holds nobody up.
    const Descriptor file(open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file.valid()) return {{}, std::strerror(errno)};
    pollfd readable = {file.get(), POLLIN, 0};
    poll(&readable, 1, kPipeMs);
    std::size_t size = 0;
    ssize_t got = 1;
    while (got != 0 && size < into.size) {
        got = read(file.get(), into.data + size, into.size - size);
        if (got > 0) size += static_cast<std::size_t>(got);
        if (got < 0 && errno == EAGAIN && poll(&readable, 1, kPipeMs) == 1) continue;
        if (got < 0 && errno != EINTR) return {{}, std::strerror(errno)};
    }
    return {{into.data, size}};
}

bool is_open_to_others(const char* name) {
    struct stat status = {};
    return stat(name, &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH)) != 0;
}

}  // namespace cmagent::platform
