#include "tests/cmsim/transport.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace cmagent::cmsim {

Transport::~Transport() {
    close(descriptor_);
}

Io Transport::read(std::string& bytes) {
    char block[4096];
    const ssize_t count = recv(descriptor_, block, sizeof block, 0);
    if (count == 0) return Io::closed;
    if (count < 0) return errno == EAGAIN || errno == EINTR ? Io::want_read : Io::failed;
    bytes.append(block, static_cast<std::size_t>(count));
    return Io::done;
}

Io Transport::write(std::string_view& bytes) {
    const ssize_t count = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR ? Io::want_write : Io::failed;
    bytes.remove_prefix(static_cast<std::size_t>(count));
    return Io::done;
}

}  // namespace cmagent::cmsim
