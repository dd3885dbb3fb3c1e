#pragma once
#include <unistd.h>

namespace cmagent::platform {

// Owns a file descriptor.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        const int fd = other.release();
        reset(fd);
        return *this;
    }
    ~Descriptor() { reset(); }

    void reset(int fd = -1) {
        // Not retried on EINTR: on Linux the descriptor is gone either way (close(2)).
        if (fd_ >= 0) ::close(fd_);
        fd_ = fd;
    }
    [[nodiscard]] int release() {
        const int fd = fd_;
        fd_ = -1;
        return fd;
    }
    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool valid() const { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

}  // namespace cmagent::platform
