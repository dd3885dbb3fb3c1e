#include "platform/api/entropy.h"

#include <fcntl.h>
#include <sys/random.h>

#include <cerrno>

#include "platform/linux/descriptor.h"

namespace cmagent::platform {
namespace {

// Kernels before 3.17 have no getrandom(); this does not wait until the generator is seeded.
bool from_device(unsigned char* at, std::size_t size) {
    const Descriptor device(open("/dev/urandom", O_RDONLY | O_CLOEXEC));
    const ssize_t got = device.valid() ? read(device.get(), at, size) : -1;
    return got == static_cast<ssize_t>(size);
}

}  // namespace

bool entropy(void* into, std::size_t size) {
    auto* at = static_cast<unsigned char*>(into);
    while (size > 0) {
        const ssize_t got = getrandom(at, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == ENOSYS) return from_device(at, size);
        if (got <= 0) return false;
        at += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace cmagent::platform
