#include "agent/config/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace cmagent::config {

bool read_file(const char* name, Buffer into, std::string_view& text) {
    const int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    std::size_t size = 0;
    ssize_t got = 1;
    while (got != 0 && size < into.size) {
        got = read(file, into.data + size, into.size - size);
        if (got > 0) size += static_cast<std::size_t>(got);
        if (got < 0 && errno != EINTR) break;
    }
    const int reason = errno;
    close(file);
    errno = reason;
    text = {into.data, size};
    return got >= 0;
}

}  // namespace cmagent::config
